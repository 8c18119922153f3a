// demo_names.c -- given names, family names and streets; common ones, put together by chance.
#include "app/demo_people.h"

static const char *const F_OLD[] = {
    "Margaret", "Jean",      "Mary",       "Joan",   "Patricia", "Sheila",  "Barbara",  "Doreen",
    "Joyce",    "Dorothy",   "Audrey",     "Brenda", "June",     "Maureen", "Beryl",    "Shirley",
    "Pamela",   "Sylvia",    "Eileen",     "Betty",  "Marjorie", "Irene",   "Kathleen", "Hilda",
    "Edna",     "Vera",      "Jacqueline", "Janet",  "Ann",      "Rita",    "Iris",     "Thelma",
    "Norma",    "Josephine", "Elsie",      "Mavis",  "Gladys",   "Muriel",  "Phyllis",  "Winifred",
};

static const char *const F_MID[] = {
    "Susan",    "Linda",   "Christine", "Carol",    "Jacqueline", "Julie",  "Karen",   "Jane",
    "Deborah",  "Angela",  "Alison",    "Tracey",   "Sharon",     "Helen",  "Diane",   "Lesley",
    "Sally",    "Gillian", "Janice",    "Lorraine", "Wendy",      "Elaine", "Denise",  "Dawn",
    "Beverley", "Paula",   "Joanne",    "Michelle", "Amanda",     "Nicola", "Heather", "Theresa",
    "Yvonne",   "Lynn",    "Maxine",    "Anita",    "Debra",      "Fiona",  "Teresa",  "Kim",
};

static const char *const F_YOUNG[] = {
    "Sarah",     "Emma",     "Laura",    "Rebecca", "Gemma",     "Rachel",  "Kelly",  "Claire",
    "Victoria",  "Katie",    "Lauren",   "Jessica", "Charlotte", "Hannah",  "Sophie", "Amy",
    "Stephanie", "Jennifer", "Danielle", "Natalie", "Samantha",  "Louise",  "Kirsty", "Chloe",
    "Bethany",   "Megan",    "Georgia",  "Holly",   "Lucy",      "Abigail", "Zoe",    "Hayley",
    "Leanne",    "Naomi",    "Kerry",    "Stacey",  "Jodie",     "Eleanor", "Alice",  "Rosie",
};

static const char *const F_CHILD[] = {
    "Olivia", "Amelia", "Isla",    "Ava",    "Ivy",      "Freya",  "Lily",     "Florence",
    "Mia",    "Willow", "Rosie",   "Sophia", "Isabella", "Grace",  "Daisy",    "Sienna",
    "Poppy",  "Elsie",  "Emily",   "Ella",   "Evelyn",   "Phoebe", "Evie",     "Charlotte",
    "Harper", "Millie", "Matilda", "Maisie", "Sofia",    "Emilia", "Isabelle", "Ruby",
    "Ada",    "Aria",   "Mila",    "Maya",   "Luna",     "Maeve",  "Nancy",    "Orla",
};

static const char *const M_OLD[] = {
    "John",    "William",   "George", "Ronald",  "Kenneth", "Peter",    "Derek",  "Dennis",
    "Raymond", "Roy",       "Gordon", "Norman",  "Leonard", "Frank",    "Albert", "Harold",
    "Stanley", "Frederick", "Ernest", "Arthur",  "Alan",    "Geoffrey", "Donald", "Eric",
    "Douglas", "Reginald",  "Trevor", "Bernard", "Malcolm", "Brian",    "Keith",  "Terence",
    "Cyril",   "Cecil",     "Walter", "Thomas",  "James",   "Robert",   "Edward", "Jack",
};

static const char *const M_MID[] = {
    "David",   "Michael", "Stephen",  "Paul",   "Andrew",  "Mark",   "Kevin",  "Ian",
    "Gary",    "Philip",  "Anthony",  "Martin", "Nigel",   "Graham", "Colin",  "Christopher",
    "Alan",    "Barry",   "Neil",     "Steven", "Timothy", "Simon",  "Clive",  "Adrian",
    "Russell", "Jeremy",  "Nicholas", "Stuart", "Carl",    "Wayne",  "Darren", "Dean",
    "Tony",    "Robin",   "Gareth",   "Julian", "Roger",   "Duncan", "Howard", "Glenn",
};

static const char *const M_YOUNG[] = {
    "James",  "Daniel",      "Matthew", "Thomas",  "Ryan",  "Adam",    "Luke",     "Joshua",
    "Jack",   "Christopher", "Lee",     "Craig",   "Jamie", "Ben",     "Jonathan", "Scott",
    "Sam",    "Liam",        "Nathan",  "Aaron",   "Joe",   "Alex",    "Lewis",    "Connor",
    "Callum", "Jordan",      "Kieran",  "Ross",    "Shaun", "Bradley", "Jake",     "Tom",
    "Edward", "Oliver",      "Harry",   "Dominic", "Toby",  "Stuart",  "Robert",   "Richard",
};

static const char *const M_CHILD[] = {
    "Noah",    "Oliver", "George", "Arthur",  "Leo",    "Theo",    "Oscar",   "Archie",
    "Freddie", "Luca",   "Henry",  "Charlie", "Jude",   "Teddy",   "Finley",  "Alfie",
    "Harry",   "Tommy",  "Jack",   "Thomas",  "Reuben", "Albie",   "Isaac",   "Louie",
    "Roman",   "Elijah", "Hugo",   "Rory",    "Arlo",   "Edward",  "Jacob",   "Ezra",
    "Max",     "Sonny",  "Felix",  "Toby",    "Ralph",  "Frankie", "Stanley", "Caleb",
};

static const char *const S_BRITISH[] = {
    "Smith",      "Jones",     "Taylor",    "Brown",    "Williams",   "Wilson",   "Johnson",
    "Davies",     "Robinson",  "Wright",    "Thompson", "Evans",      "Walker",   "White",
    "Roberts",    "Green",     "Hall",      "Wood",     "Jackson",    "Clarke",   "Harris",
    "Clark",      "Turner",    "Hill",      "Cooper",   "Morris",     "Ward",     "Moore",
    "King",       "Watson",    "Baker",     "Harrison", "Morgan",     "Young",    "Allen",
    "Mitchell",   "Phillips",  "Lee",       "Bell",     "Parker",     "Davis",    "Bennett",
    "Miller",     "Cook",      "Shaw",      "Cox",      "Richardson", "Carter",   "Marshall",
    "Collins",    "Bailey",    "Gray",      "Simpson",  "Wilkinson",  "Foster",   "Adams",
    "Ellis",      "Chapman",   "Mason",     "Webb",     "Rogers",     "Hunt",     "Mills",
    "Palmer",     "Barnes",    "Knight",    "Butler",   "Fisher",     "Stevens",  "Jenkins",
    "Barker",     "Lloyd",     "Holmes",    "Dixon",    "Fletcher",   "Pearson",  "Reynolds",
    "Andrews",    "Elliott",   "Fox",       "Payne",    "Ford",       "Gibson",   "Lawrence",
    "West",       "Day",       "Brooks",    "Atkinson", "Cole",       "Burton",   "Dean",
    "Hart",       "Pearce",    "Bradley",   "Dawson",   "Lane",       "Carr",     "Harvey",
    "Newton",     "Nicholson", "Woods",     "Perry",    "Holland",    "Stone",    "Page",
    "Rose",       "Bird",      "Burns",     "Gill",     "Hammond",    "Barrett",  "Warren",
    "Gardner",    "Watts",     "Whittaker", "Ashworth", "Thorpe",     "Buckley",  "Saunders",
    "Hargreaves", "Ingram",    "Norris",    "Skinner",  "Wakefield",  "Tuckwell",
};

static const char *const S_IRISH[] = {
    "Murphy",  "Kelly",   "Byrne", "Ryan",     "Doyle", "McCarthy", "Gallagher",
    "Doherty", "Kennedy", "Lynch", "Quinn",    "Moran", "Nolan",    "Brennan",
    "Keane",   "Flynn",   "Daly",  "Connolly", "Healy", "Duffy",
};

static const char *const F_POLISH[] = {
    "Anna",  "Maria",   "Katarzyna",  "Agnieszka", "Ewa",     "Magdalena", "Joanna", "Monika",
    "Zofia", "Barbara", "Aleksandra", "Karolina",  "Natalia", "Dorota",    "Beata",  "Marta",
};

static const char *const M_POLISH[] = {
    "Piotr", "Krzysztof", "Andrzej", "Tomasz", "Jan",      "Marcin", "Marek", "Grzegorz",
    "Adam",  "Michal",    "Jakub",   "Lukasz", "Wojciech", "Pawel",  "Rafal", "Mateusz",
};

static const char *const S_POLISH[] = {
    "Nowak",     "Kowalczyk", "Lewandowski", "Zielinski", "Szymanski", "Wozniak",
    "Kozlowski", "Jankowski", "Mazur",       "Krawczyk",  "Kaczmarek", "Piotrowski",
    "Grabowski", "Pawlak",    "Michalak",    "Krol",
};

static const char *const F_ROMANIAN[] = {
    "Elena",     "Maria",   "Ioana",    "Andreea", "Mihaela", "Cristina",
    "Alexandra", "Daniela", "Gabriela", "Simona",  "Roxana",  "Adriana",
};

static const char *const M_ROMANIAN[] = {
    "Andrei", "Alexandru", "Ion",   "Mihai",  "Stefan", "Cristian",
    "Florin", "Gabriel",   "Ionut", "Vasile", "Marius", "Adrian",
};

static const char *const S_ROMANIAN[] = {
    "Popescu",  "Ionescu", "Popa",    "Dumitru", "Stan",     "Stoica",
    "Gheorghe", "Matei",   "Ciobanu", "Rusu",    "Munteanu", "Lazar",
};

static const char *const F_INDIAN[] = {
    "Savita",   "Priti",     "Meena",  "Sunita", "Anjali", "Pooja", "Kavita",
    "Rekha",    "Jaswinder", "Harjit", "Manjit", "Usha",   "Nisha", "Hansa",
    "Gurpreet", "Asha",      "Deepa",  "Lata",   "Neha",   "Kiran",
};

static const char *const M_INDIAN[] = {
    "Harpreet", "Rajesh", "Sanjay",  "Amit",   "Vijay", "Suresh", "Gurdeep",
    "Balbir",   "Manoj",  "Anil",    "Kishan", "Ravi",  "Jaspal", "Dinesh",
    "Mohan",    "Ashok",  "Sukhdev", "Nikhil", "Arjun", "Rohan",
};

static const char *const S_INDIAN[] = {
    "Patel", "Singh", "Kaur",    "Shah",   "Sharma",  "Mistry", "Gill",
    "Desai", "Mehta", "Dhillon", "Sandhu", "Chauhan", "Joshi",  "Solanki",
    "Rana",  "Sidhu", "Parmar",  "Bhatt",  "Rai",     "Verma",
};

static const char *const F_PAKISTANI[] = {
    "Fatima",  "Aisha",   "Nasreen", "Shazia", "Zainab", "Samina",  "Rubina", "Saima",
    "Parveen", "Farzana", "Naila",   "Bushra", "Maryam", "Khadija", "Amina",  "Nadia",
};

static const char *const M_PAKISTANI[] = {
    "Mohammed", "Tariq", "Imran",  "Asif",   "Khalid", "Arshad", "Nadeem",  "Bilal",
    "Usman",    "Zahid", "Shahid", "Faisal", "Hamza",  "Yusuf",  "Ibrahim", "Adnan",
};

static const char *const S_PAKISTANI[] = {
    "Khan", "Hussain", "Ahmed",  "Iqbal", "Malik", "Mahmood", "Akhtar", "Shah",
    "Ali",  "Mirza",   "Rashid", "Aslam", "Butt",  "Qureshi", "Sheikh", "Raja",
};

static const char *const F_BANGLADESHI[] = {
    "Rukhsana", "Shahida",  "Rahima",  "Nazma",   "Salma", "Monowara",
    "Hasina",   "Jahanara", "Sultana", "Taslima", "Rina",  "Momena",
};

static const char *const M_BANGLADESHI[] = {
    "Abdul", "Mohammed", "Shofiq", "Kamal", "Jamal",   "Faruk",
    "Rafiq", "Nurul",    "Anwar",  "Shah",  "Mizanur", "Habib",
};

static const char *const S_BANGLADESHI[] = {
    "Begum", "Uddin",  "Miah", "Rahman",  "Islam", "Chowdhury",
    "Hoque", "Khatun", "Ali",  "Hossain", "Alam",  "Ullah",
};

static const char *const F_CARIBBEAN[] = {
    "Gloria", "Merle",   "Beverley", "Sonia",   "Marcia",  "Yvonne", "Claudette", "Paulette",
    "Sharon", "Jasmine", "Shanice",  "Monique", "Tanisha", "Pearl",  "Hyacinth",  "Carmen",
};

static const char *const M_CARIBBEAN[] = {
    "Leroy",  "Winston",  "Desmond", "Carlton", "Errol",  "Delroy",  "Trevor", "Clive",
    "Marlon", "Jermaine", "Andre",   "Tyrone",  "Marcus", "Neville", "Lloyd",  "Vincent",
};

static const char *const S_CARIBBEAN[] = {
    "Campbell", "Brown",   "Francis", "Gordon",   "Grant",   "Morgan", "Bailey",
    "Lewis",    "Samuels", "Clarke",  "Thompson", "Wallace", "Reid",   "Henry",
    "Charles",  "Joseph",  "Douglas", "Powell",   "Stewart", "Dixon",
};

static const char *const F_AFRICAN[] = {
    "Grace",    "Mariama", "Ngozi", "Folasade", "Amara", "Abena",  "Chioma", "Hawa",
    "Blessing", "Fatou",   "Efua",  "Comfort",  "Amina", "Halima", "Adaeze", "Yetunde",
};

static const char *const M_AFRICAN[] = {
    "Tunde",  "Samuel", "Emmanuel", "Kwame", "Chidi", "Kofi",   "Ibrahim", "Oluwaseun",
    "Joseph", "Abdi",   "Emeka",    "Yaw",   "Femi",  "Daniel", "Mohamed", "Musa",
};

static const char *const S_AFRICAN[] = {
    "Okafor",  "Balogun", "Idowu", "Mensah", "Owusu",  "Adeyemi", "Diallo", "Boateng",
    "Okonkwo", "Asante",  "Nwosu", "Kamara", "Hassan", "Abdi",    "Sesay",  "Eze",
};

static const char *const F_CHINESE[] = {
    "Mei", "Li", "Ying", "Xiu", "Lan", "Hui", "Wai", "Siu", "Yan", "Fang", "Ling", "Jing",
};

static const char *const M_CHINESE[] = {
    "Wei", "Jian", "Ming", "Chi", "Kin", "Wing", "Hao", "Jun", "Lei", "Tak", "Yong", "Chun",
};

static const char *const S_CHINESE[] = {
    "Wong", "Chan", "Chen", "Li", "Lau", "Zhang", "Lam", "Wang", "Liu", "Ng", "Cheung", "Tang",
};

static const char *const F_OTHER[] = {
    "Leyla", "Fatma", "Zeynep", "Nour",  "Maryam", "Yasmin", "Maria", "Rosa",
    "Linh",  "Thi",   "Ana",    "Sofia", "Nadia",  "Samira", "Amal",  "Elif",
};

static const char *const M_OTHER[] = {
    "Emre",  "Mehmet", "Ali", "Omar",  "Hassan", "Jose",    "Carlos", "Karim",
    "Yusuf", "Minh",   "Duc", "Ahmad", "Samir",  "Mustafa", "Luis",   "Reza",
};

static const char *const S_OTHER[] = {
    "Yilmaz", "Kaya",    "Demir", "Nguyen", "Tran",  "Haddad", "Karimi", "Santos",
    "Silva",  "Mansour", "Aziz",  "Hamid",  "Costa", "Saleh",  "Rahimi", "Ozturk",
};

static const char *const STREETS[] = {
    "Mill Lane",      "Fen Road",          "Church Street",   "Station Road",   "Orchard Way",
    "Chapel Street",  "Drove Close",       "Osier Walk",      "Willow Drive",   "Heron Court",
    "Lode Avenue",    "Sluice Road",       "Windmill Rise",   "Ferry Lane",     "Kingfisher Way",
    "Bank Street",    "High Street",       "Cross Keys Lane", "St Mary's Road", "Park Avenue",
    "Elm Grove",      "Teal Close",        "Turnpike Road",   "Saltern Street", "Reedmace Gardens",
    "Cornfield Road", "Granary Court",     "Washway",         "Market Row",     "Quay Street",
    "Albert Terrace", "Victoria Road",     "Malthouse Yard",  "Plover Drive",   "Bramley Close",
    "Russet Way",     "Ploughman's Croft", "Barley Mow Lane", "Dyke End",       "Lapwing Road",
    "Sedge Close",    "Damson Drove",      "Harvest Road",    "The Maltings",   "Old School Lane",
    "Swallow Field",  "Tithe Barn Road",   "Cathedral View",  "Nene Parade",    "Cowslip Mead",
};

#define LIST(words)                                                                                \
    {                                                                                              \
        (words), COUNT_OF(words)                                                                   \
    }

// Female and male; of people born before 1950, before 1980, before 2005, and since. One list for
// all of them where a community's names change less with the years.
#define ONE_AGE(words)                                                                             \
    {                                                                                              \
        LIST(words), LIST(words), LIST(words), LIST(words)                                         \
    }
#define BRITISH_AGES                                                                               \
    {                                                                                              \
        {LIST(F_OLD), LIST(F_MID), LIST(F_YOUNG), LIST(F_CHILD)},                                  \
            {LIST(M_OLD), LIST(M_MID), LIST(M_YOUNG), LIST(M_CHILD)},                              \
    }

const DemoGroup DEMO_GROUPS[DEMO_GROUPS_COUNT] = {
    {"A", "English", BRITISH_AGES, LIST(S_BRITISH), 0},                                  // British
    {"B", "English", BRITISH_AGES, LIST(S_IRISH), 0},                                    // Irish
    {"C", "Polish", {ONE_AGE(F_POLISH), ONE_AGE(M_POLISH)}, LIST(S_POLISH), 12},         // Polish
    {"C", "Romanian", {ONE_AGE(F_ROMANIAN), ONE_AGE(M_ROMANIAN)}, LIST(S_ROMANIAN), 18}, // Romanian
    {"D", "English", BRITISH_AGES, LIST(S_CARIBBEAN), 0}, // Mixed Caribbean
    {"F", "English", BRITISH_AGES, LIST(S_INDIAN), 0},    // Mixed Asian
    {"H", "Gujarati", {ONE_AGE(F_INDIAN), ONE_AGE(M_INDIAN)}, LIST(S_INDIAN), 10},      // Indian
    {"J", "Urdu", {ONE_AGE(F_PAKISTANI), ONE_AGE(M_PAKISTANI)}, LIST(S_PAKISTANI), 14}, // Pakistani
    {"K",
     "Sylheti",
     {ONE_AGE(F_BANGLADESHI), ONE_AGE(M_BANGLADESHI)},
     LIST(S_BANGLADESHI),
     22}, // Bangladeshi
    {"M",
     "English",
     {ONE_AGE(F_CARIBBEAN), ONE_AGE(M_CARIBBEAN)},
     LIST(S_CARIBBEAN),
     0},                                                                               // Caribbean
    {"N", "English", {ONE_AGE(F_AFRICAN), ONE_AGE(M_AFRICAN)}, LIST(S_AFRICAN), 4},    // African
    {"R", "Cantonese", {ONE_AGE(F_CHINESE), ONE_AGE(M_CHINESE)}, LIST(S_CHINESE), 18}, // Chinese
    {"S", "Arabic", {ONE_AGE(F_OTHER), ONE_AGE(M_OTHER)}, LIST(S_OTHER), 20},          // Other
    {"Z", "English", BRITISH_AGES, LIST(S_BRITISH), 0},                                // Not said
};

const DemoNames DEMO_STREETS = LIST(STREETS);
