// cohort_file.c -- maps the kept file of columns. What is in it is believed only after all of it
// was checked; whoever calls builds anew when it is not.
#include "insight/cohort/cohort_image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool head_fits(const ImageHead *head, uint64_t file_bytes)
{
    if (memcmp(head->magic, IMAGE_MAGIC, sizeof head->magic) != 0) return false;
    if (head->version != IMAGE_VERSION || head->order_mark != IMAGE_ORDER_MARK) return false;
    if (head->persons > COLUMNS_PERSONS_MAX || head->codes > COLUMNS_CODES_MAX) return false;
    if (head->units > COLUMNS_UNITS_MAX || head->events > COLUMNS_EVENTS_MAX) return false;
    if (head->values > head->events || head->text_bytes > UINT32_MAX) return false;
    return head->total_bytes == file_bytes && image_parts(head).total == file_bytes;
}

static bool is_current(const ImageHead *head, const ColumnSource *source)
{
    return head->generation == source->generation && head->persons == source->person_count &&
           head->codes == source->code_count && head->units == source->unit_count &&
           head->persons_hash == image_persons_hash(source);
}

static Err map_open(int fd, const ColumnSource *source, Image *out)
{
    struct stat info;
    ImageHead head;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return ERR_INVALID;
    if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head) return ERR_INVALID;
    if (!head_fits(&head, (uint64_t)info.st_size)) return ERR_INVALID;
    if (!is_current(&head, source)) return ERR_NOT_FOUND;
    void *base = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (base == MAP_FAILED) return ERR_FAULT;
    Image image = {base, (size_t)info.st_size};
    if (image_checksum(&image) != head.checksum) {
        (void)munmap(base, image.bytes);
        return ERR_INVALID;
    }
    *out = image;
    return ERR_OK;
}

Err columns_map(const char *path, const ColumnSource *source, Columns **out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return ERR_NOT_FOUND;
    Image image = {0};
    Err err = map_open(fd, source, &image);
    (void)close(fd);
    TRY(err);
    return columns_over(image, source, out);
}
