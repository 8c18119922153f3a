// team_admin.h -- the administrator's handlers. Private to the room.
#ifndef TEAM_ADMIN_H
#define TEAM_ADMIN_H

#include "core/route.h"

Err team_users(Ctx *c, const Request *req, Response *res);
Err team_user_new(Ctx *c, const Request *req, Response *res);
Err team_user_add(Ctx *c, const Request *req, Response *res); // shows the one-time code, once
Err team_user_show(Ctx *c, const Request *req, Response *res);
Err team_user_suspend(Ctx *c, const Request *req, Response *res);
Err team_user_activate(Ctx *c, const Request *req, Response *res);
Err team_user_set_role(Ctx *c, const Request *req, Response *res);
Err team_user_reset(Ctx *c, const Request *req, Response *res); // starts, never sets

#endif
