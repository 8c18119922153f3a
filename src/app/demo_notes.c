// demo_notes.c -- notes, goals and reasons of the demonstration. All written for it.
#include "app/demo_notes.h"

static const DemoNote FIRST[] = {
    {"I did not know there was somebody I could ring about all this.",
     "Explained what I do and what I do not do. Agreed how to keep in touch.",
     "Visit to talk about what matters"},
    {"I am all right really, but a bit of help with the letters would be nice.",
     "Went through three hospital letters. Two were about the same appointment.",
     "Bring the folder of letters"},
    {"Ring after ten. I am slow in the mornings.",
     "Noted the best time to call. Agreed that texts are fine too.", "Call after 10am"},
    {"My daughter does the talking, but ask me, not her.",
     "Spoke with both. Consent to talk with the daughter recorded.", "Visit when both are in"},
    {"I have told my story to six people this year.",
     "Wrote it down once, word for word, so that nobody asks again.",
     "Read the summary back and correct it"},
    {"What I want is to stay in my own home.",
     "Listened. Agreed to look at the home together, room by room.", "Home visit, room by room"},
    {"I thought you were selling something.",
     "Rang back from the surgery's number, to be checked. A good idea.",
     "Call again from the surgery"},
    {"I would sooner meet at the surgery than have people in the house.",
     "Booked the quiet room. Bus 14 stops outside.", "Meet at the surgery"},
};

static const DemoNote FRAILTY[] = {
    {"I hold on to the sink now when I turn round.",
     "Looked at the kitchen together. Asked about a perching stool.", "Order perching stool"},
    {"The stairs are my mountain.", "Talked about a second rail. The choice of side is kept open.",
     "Refer to home adaptations"},
    {"I have not been out for months, only to the bins.",
     "Seeing the market again would be good. Agreed to try with a friend and a taxi.",
     "Ask about community transport"},
    {"The tablets come in three bags and I have two of the white ones.",
     "Asked the pharmacist for a review. Nothing was changed today.",
     "Check that the medicines review is booked"},
    {"I was on the floor for an hour. I do not want that again.",
     "Talked about a pendant alarm, what it costs and how it feels to wear one.",
     "Arrange trial of a pendant alarm"},
    {"My feet are the trouble. I cannot reach them any more.", "Agreed, and referred to podiatry.",
     "Chase podiatry referral"},
    {"I sleep in the chair. The bed is too low.", "Measured chair and bed. Raisers may do.",
     "Order bed raisers"},
    {"I like my own cooking. The delivered ones all taste of the box.",
     "Found a lunch club that cooks on site on Tuesdays.", "Book the lunch club for a first visit"},
    {"The hospital said somebody would ring. Nobody rang.",
     "Rang the ward together. Clinic letter is on its way.", "Check that the letter came"},
    {"I do the exercises when the news is on.",
     "Went through the sheet once more. Standing up ten times is easier than last month.",
     "Count again in two weeks"},
    {"I want somebody to know where the key is.",
     "Key safe details recorded where only those who need it can see.",
     "Tell the out of hours team"},
    {"I am not ready to talk about care homes.", "Left it. No hurry.",
     "Visit and see how the week went"},
    {"My neighbour takes the bins out. I would be lost without him.",
     "Wrote down who helps and when, in case he is away.",
     "Make a plan for when the neighbour is away"},
    {"I get muddled with two appointments in a day.",
     "Asked the practice to book the bloods and the nurse on one morning.",
     "Confirm one visit, not two"},
};

static const DemoNote LONG_TERM[] = {
    {"I know the numbers. What I do not know is what to eat on nights.",
     "Made a list of four meals that survive a night shift.", "Ask how the four meals went"},
    {"I missed the review because I had no credit to ring and change it.",
     "Booked a new one by text. Told the practice that texts work best.",
     "Text the day before the review"},
    {"The inhaler makes my throat sore so I leave it.",
     "Asked the nurse to check how it is used. Spacer offered.", "Book inhaler check"},
    {"My breathing is worse when the house is cold.", "Applied for the warm homes fund together.",
     "Chase the warm homes fund"},
    {"I feel better when I walk, but I stop when it rains.",
     "Found an indoor walking group at the sports hall.",
     "Ask whether the first walk was all right"},
    {"Nobody told me it was for life.",
     "Talked about what that means. Meeting others who live with it would help.",
     "Send details of the peer group"},
    {"I can read it but not the small print.",
     "Sent everything again in large print. Need recorded.", "Check that large print arrives"},
    {"I want fewer tablets, not more.", "Prepared three questions for the pharmacist.",
     "Go through the answers"},
    {"The blood pressure machine frightens me.",
     "Practised together. Second reading was lower, as it often is.",
     "Collect the week's readings"},
    {"If I go to all of these I will lose my job.",
     "Asked for telephone reviews before nine. The practice agreed.", "Confirm the early call"},
    {"My sugar is up because I am up, with mum, four times a night.",
     "Talked about a carer's assessment as well as the diabetes.", "Refer for carer's assessment"},
    {"I did not want to be a bother.",
     "Agreed what to ring about and what can wait. Wrote it on the fridge card.",
     "Check the fridge card together"},
};

static const DemoNote SOCIAL[] = {
    {"Sundays are the longest.",
     "Found a Sunday tea at the community centre. A volunteer will come along.",
     "Ask how Sunday went"},
    {"I used to play the cornet.",
     "The town band has a learners' table. A laugh, and the number was taken.",
     "Ring the band leader"},
    {"I am choosing between the meter and the shopping.",
     "Food parcel today. Appointment with the advice centre on Thursday.",
     "Go to the advice centre together"},
    {"Since he died I cook too much.",
     "Talked for a long while. The lunch club is worth a thought.", "Call about the lunch club"},
    {"The damp is in the children's room.", "Wrote to the landlord together, with photographs.",
     "Chase the landlord's answer"},
    {"I do not sleep because of the letters from the council.",
     "Opened them together. One was a refund.", "Ring the council about the plan to pay"},
    {"I would like to work again, but not in a warehouse.",
     "Made a first list of what goes well. It was longer than expected.",
     "Meet the work coach together"},
    {"People are kind but I am tired of being the ill one.",
     "Found a gardening group where nobody asks.", "See the garden together"},
    {"My English is good enough for the shop, not for the doctor.",
     "Interpreter booked for every appointment from now on.",
     "Check that the interpreter is booked"},
    {"I only know people on the screen.",
     "Agreed to try the repair cafe: there is something to do with the hands.",
     "Go along to the repair cafe"},
    {"It helps that you ring when you say you will.", "Kept it short. All is going well.",
     "Call on the same day next week"},
};

static const DemoNote COACH[] = {
    {"I will not give up the biscuits. I will give up the second packet.",
     "Agreed one small, freely chosen step.", "Ask about the second packet"},
    {"I walked to my sister's. Twice.", "Celebrated that. The next step is open.",
     "Ask where the walk went"},
    {"I stopped smoking for nine days and then my brother came.",
     "Nine days is the longest in ten years. Talked about what to do when he comes again.",
     "Plan for the next visit of the brother"},
    {"Confidence is four. It was two.", "Asked what made it four. Wrote that down.",
     "Ask the same question again"},
    {"I know what to do. I do not do it.", "Looked for one thing that is easy on a bad day.",
     "Try the easy thing for a week"},
    {"The group was friendlier than I feared.", "Wants to go again, alone this time.",
     "Check in after the third session"},
    {"Swimming is for other people.", "Found the quiet hour on Wednesdays, curtains drawn.",
     "Meet at the pool"},
    {"I weigh myself every day and it makes me cross.",
     "Agreed to leave the scales for a month and count walks.", "Count the walks"},
    {"I cook for seven and they all want chips.",
     "Tried three oven recipes that the children can make.", "Ask which one the children chose"},
    {"My knee says no, my head says yes.", "Physio exercises in the chair for now.",
     "Look at the exercises again"},
    {"I feel proud, is that allowed?", "Yes.", "Decide what comes next"},
};

static const DemoGoal GOALS_FRAILTY[] = {
    {"I want to stay in my own home and see my garden from the kitchen.",
     "Get to the garden bench by myself", "A rail by the back step",
     "Ask for a rail by the back step"},
    {"My family, and not being a worry to them.", "Go to my granddaughter's wedding",
     "Practising the walk from the car", "Sit-to-stand exercises, 10 a day"},
    {"Not falling again, and not being frightened of it.", "Walk to the corner shop and back",
     "Somebody with me the first few times", "Refer to the falls service"},
    {"Being asked before things are decided.", "Understand my tablets and why I take each of them",
     "A list in large print", "Medicines review with the pharmacist"},
};
static const DemoGoal GOALS_LONG_TERM[] = {
    {"Keeping my job and having some strength left for the children.",
     "One appointment for all my checks", "Appointments before work", "Book one long review"},
    {"Breathing well enough to sing in the choir.", "Sing through a whole service",
     "Knowing what to do on a bad day", "Write an action plan for bad days"},
    {"Not ending up like my father did.", "Bring my sugar down without giving up Sunday lunch",
     "Small steps, one at a time", "Meet the diabetes nurse"},
};
static const DemoGoal GOALS_SOCIAL[] = {
    {"Having somebody to talk to who is not paid for it.", "Go to the Sunday tea three times",
     "A volunteer to go with", "Introduce the volunteer"},
    {"A dry room for the children.", "Have the damp mended this year",
     "Somebody who knows the rules", "Write to the landlord with the advice centre"},
    {"Feeling useful again.", "Mend things at the repair cafe", "The bus fare for the first month",
     "Apply for the travel card"},
};
static const DemoGoal GOALS_COACH[] = {
    {"Playing football with my boys without stopping for breath.",
     "Walk half an hour, five days a week", "A friend to walk with", "Find a walking friend"},
    {"My knee operation.", "Be ready for the operation", "Exercises that I can do sitting down",
     "Chair exercises each morning"},
};

static const char *const REFUSALS[] = {
    "Not just now, thank you. My son sees to everything.",
    "I have enough people coming. Ask me again in a few months.",
    "I do not want anybody looking at my records.",
    "I am too busy at work. Perhaps next year.",
    "I feel well. Give the place to somebody who needs it.",
    "I had a bad time with services before. Not yet.",
};

static const char *const ENDINGS[] = {
    "Goals reached. Knows whom to ring when things change.",
    "Moved to live near family in another county. Summary sent with consent.",
    "Feels confident to go on alone. Peer group every fortnight.",
    "Now supported by the community matron. Handed over together.",
};

#define GIVE(list) return *count_out = COUNT_OF(list), (list)

const DemoNote *demo_first_notes(size_t *count_out)
{
    GIVE(FIRST);
}

const DemoNote *demo_notes(DemoTopic topic, size_t *count_out)
{
    switch (topic) {
    case TOPIC_FRAILTY: GIVE(FRAILTY);
    case TOPIC_SOCIAL: GIVE(SOCIAL);
    case TOPIC_COACH: GIVE(COACH);
    case TOPIC_LONG_TERM:
    case TOPICS: break;
    }
    GIVE(LONG_TERM);
}

const DemoGoal *demo_goals(DemoTopic topic, size_t *count_out)
{
    switch (topic) {
    case TOPIC_FRAILTY: GIVE(GOALS_FRAILTY);
    case TOPIC_SOCIAL: GIVE(GOALS_SOCIAL);
    case TOPIC_COACH: GIVE(GOALS_COACH);
    case TOPIC_LONG_TERM:
    case TOPICS: break;
    }
    GIVE(GOALS_LONG_TERM);
}

const char *const *demo_refusals(size_t *count_out)
{
    GIVE(REFUSALS);
}

const char *const *demo_endings(size_t *count_out)
{
    GIVE(ENDINGS);
}
