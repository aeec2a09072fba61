/* Made-up people and their cases: the same seed, number and clock give the same ones. Written as text, without trees. */
#include <stdio.h>
#include <string.h>

#include "trainer/internal.h"

#define PERIOD_DAYS 120      /* cases were reported within this many days */
#define TASKS_MAX 200        /* open investigations */
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct culture { const char *female[6], *male[6], *family[8]; };

static const struct culture cultures[] = {
	{{"Adaeze", "Chidinma", "Ngozi", "Ifeoma", "Amarachi", "Obiageli"}, {"Chukwuemeka", "Obinna", "Ikenna", "Uchenna", "Nnamdi", "Emeka"},
		{"Okonkwo", "Eze", "Nwosu", "Obi", "Ọkafọ", "Nwachukwu", "Udeh", "Onyekachi"}},
	{{"Aïssatou", "Fatoumata", "Mariam", "Aminata", "Kadiatou", "Rokia"}, {"Moussa", "Ibrahima", "Sékou", "Mamadou", "Boubacar", "Ousmane"},
		{"Diallo", "Traoré", "Keïta", "Coulibaly", "Sangaré", "Bâ", "Cissé", "Touré"}},
	{{"Žofie", "Anežka", "Božena", "Ludmila", "Jiřina", "Šárka"}, {"Jiří", "Tomáš", "Ondřej", "Luboš", "Štěpán", "Řehoř"},
		{"Nováková", "Dvořák", "Černý", "Procházka", "Kučera", "Veselý", "Říha", "Šťastná"}},
	{{"ليلى", "فاطمة", "مريم", "سلمى", "نور", "هدى"}, {"يوسف", "أحمد", "عمر", "خالد", "سامي", "طارق"},
		{"الحسن", "منصور", "بن علي", "العربي", "حداد", "نجار", "السالم", "قاسم"}},
	{{"अनीता", "सुनीता", "मीरा", "कविता", "राधा", "लता"}, {"राजेश", "अमित", "सुरेश", "विजय", "अर्जुन", "मोहन"},
		{"शर्मा", "वर्मा", "यादव", "पटेल", "सिंह", "गुप्ता", "मिश्रा", "जोशी"}},
	{{"美玲", "秀英", "小芳", "雅婷", "淑芬", "静怡"}, {"伟", "强", "志明", "建华", "国栋", "文杰"}, {"王", "李", "张", "刘", "陈", "欧阳", "赵", "黄"}},
	{{"Ñusta", "María José", "Lucía", "Inés", "Begoña", "Concepción"}, {"José Ángel", "Raúl", "Andrés", "Íñigo", "Martín", "Joaquín"},
		{"Ibáñez", "Muñoz", "Peña Núñez", "Gutiérrez", "Quispe", "Mamani", "Ordóñez", "Güemes"}},
	{{"Nguyễn Thị Hoa", "Thảo", "Phương", "Ngọc", "Hạnh", "Mai"}, {"Đức", "Hùng", "Quốc Bảo", "Tuấn", "Minh", "Sơn"},
		{"Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ"}},
	{{"Оксана", "Людмила", "Надія", "Ганна", "Їва", "Соломія"}, {"Олексій", "Андрій", "Тарас", "Микола", "Юрій", "Степан"},
		{"Шевченко", "Коваленко", "Бондар", "Ткачук", "Щербак", "Їжак", "Гнатюк", "Лисенко"}},
	{{"Tanu", "Isha", "Mary", "Grace", "Sia", "Hawa"}, {"Kofi", "Kwame", "Samuel", "O'Brian", "Foday", "Sahr"},
		{"Mensah", "Koroma", "Kamara", "N'Diaye", "Sesay", "Owusu-Ansah", "Bangura", "Tamba"}},
};

struct disease { const char *name; const char *symptoms[7]; int follow_up; bool bleeds; };

static const struct disease diseases[] = {
	{"CHOLERA", {"diarrhea", "vomiting", "dehydration", "abdominalPain", "fatigueWeakness", "nausea", NULL}, 5, false},
	{"MEASLES", {"fever", "skinRash", "cough", "runnyNose", "conjunctivitis", "kopliksSpots", NULL}, 0, false},
	{"LASSA", {"fever", "soreThroat", "chestPain", "vomiting", "headache", "musclePain", NULL}, 21, true},
	{"EVD", {"fever", "fatigueWeakness", "diarrhea", "vomiting", "headache", "hiccups", NULL}, 21, true},
	{"DENGUE", {"fever", "headache", "jointPain", "musclePain", "skinRash", "nausea", NULL}, 0, true},
	{"CSM", {"fever", "neckStiffness", "headache", "eyePainLightSensitive", "vomiting", "seizures", NULL}, 0, false},
	{"YELLOW_FEVER", {"fever", "jaundice", "backache", "headache", "nausea", "darkUrine", NULL}, 0, true},
	{"CORONAVIRUS", {"fever", "cough", "lossOfTaste", "lossOfSmell", "difficultyBreathing", "headache", NULL}, 14, false},
	{"MONKEYPOX", {"fever", "lesions", "chillsSweats", "headache", "lymphadenopathyCervical", "bedridden", NULL}, 21, false},
};

static const char *const towns[] = {"Madeuptown", "Saint-Énoncé", "Nový Dvůr", "Kofikrom", "El Ejemplo", "Beispielhausen", "Mfano",
	"Làng Mẫu"};
static const char *const streets[] = {"Example Street", "Rue du Puits", "Market Road", "Hospital Lane", "Calle Mayor", "Old Mill Way"};
static const char *const stays[] = {"Brought in by relatives, had walked for two hours.", "Transferred from the health post.",
	"Isolation room 2.",
	"Came with a referral slip; drip started on arrival.", "Family stays in the compound.", "Seen first by the night nurse."};
static const char *const earlier[] = {"First stay, left too early.", "Observed for a day.", "Malaria test negative then.",
	"Wound dressing."};
static const char *const trips[] = {"Weekly market in the next village", "Funeral of an uncle", "Wedding, many guests",
	"Visit to a sick aunt", "Bush meat sold at the road"};

struct maker {
	struct trainer *t;
	struct rand rand;
	struct buf out;
	int64_t now;
	int64_t epid[2];     /* counters of the two districts, this year's numbers */
	int64_t tasks;
	char *reference[8];  /* ready references */
};

enum { REF_REGION, REF_DISTRICT_1, REF_DISTRICT_2, REF_COMMUNITY_1, REF_COMMUNITY_2, REF_FACILITY_1, REF_FACILITY_2, REF_NONE };

struct person { char uuid[UUID_SIZE]; const char *first, *last; char *caption; bool female, dead; int64_t changed; };

/* ---- small parts ---- */

static size_t pick(struct maker *m, size_t n)
{
	return (size_t)rand_below(&m->rand, n);
}

static bool chance(struct maker *m, int percent)
{
	return (int)rand_below(&m->rand, 100) < percent;
}

static void add(struct maker *m, const char *text)
{
	buf_add_text(&m->out, text);
}

static void add_key(struct maker *m, const char *key, const char *raw)
{
	buf_add_text(&m->out, ",\"");
	buf_add_text(&m->out, key);
	buf_add_text(&m->out, "\":");
	buf_add_text(&m->out, raw);
}

static void add_text(struct maker *m, const char *key, const char *text)
{
	buf_add_text(&m->out, ",\"");
	buf_add_text(&m->out, key);
	buf_add_text(&m->out, "\":");
	json_write_string(&m->out, text);
}

static void add_int(struct maker *m, const char *key, int64_t n)
{
	char text[24];
	add_key(m, key, err_number(text, n));
}

static void add_uuid(struct maker *m)
{
	char uuid[UUID_SIZE];
	rand_uuid(&m->rand, uuid);
	add_text(m, "uuid", uuid);
}

/* The beginning of an embedded object, up to its own fields. */
static void add_row(struct maker *m, int64_t created, int64_t changed, bool flags)
{
	char text[24];
	add(m, "{\"creationDate\":");
	add(m, err_number(text, created));
	add_int(m, "changeDate", changed);
	add_uuid(m);
	if (flags)
		add(m, ",\"pseudonymized\":false,\"inJurisdiction\":true");
}

static char *printed(struct json *v)
{
	char *text = json_print(v, NULL);
	json_free(v);
	return text;
}

static int64_t midnight(int64_t ms)
{
	return ms - ms % DATE_DAY_MS;
}

/* ---- persons ---- */

static void add_birth(struct maker *m, bool dead, int64_t died)
{
	int64_t age_days = chance(m, 25) ? (int64_t)pick(m, 1800) + 30 : (int64_t)pick(m, 28000) + 1800;
	int64_t until = dead ? died : m->now;
	int32_t born = (int32_t)(midnight(m->now) / DATE_DAY_MS - age_days);
	struct date_civil b = date_to_civil(born), e = date_to_civil((int32_t)(midnight(until) / DATE_DAY_MS));
	if (chance(m, 15)) { /* only the year is known */
		add_int(m, "birthdateYYYY", b.year);
		b.month = b.day = 1;
	} else {
		add_int(m, "birthdateDD", b.day);
		add_int(m, "birthdateMM", b.month);
		add_int(m, "birthdateYYYY", b.year);
	}
	int64_t months = (e.year - b.year) * 12 + (e.month - b.month) - (e.day < b.day);
	if (months < 0)
		months = 0;
	add_int(m, "approximateAge", months >= 12 ? months / 12 : months >= 1 ? months : age_days % 31);
	add_text(m, "approximateAgeType", months >= 12 ? "YEARS" : months >= 1 ? "MONTHS" : "DAYS");
	add_int(m, "approximateAgeReferenceDate", dead ? midnight(died) : m->now);
}

static void put(struct maker *m, struct record *r)
{
	r->doc = m->out.data;
	r->len = m->out.len;
	store_put(m->t->store, r);
	r->doc = NULL;
}

static void make_person(struct maker *m, struct person *p, int64_t created, bool dead, const char *disease, int64_t died, int district)
{
	const struct culture *c = &cultures[pick(m, COUNT(cultures))];
	char number[24];
	p->female = chance(m, 50);
	p->first = p->female ? c->female[pick(m, COUNT(c->female))] : c->male[pick(m, COUNT(c->male))];
	p->last = c->family[pick(m, COUNT(c->family))];
	p->caption = person_caption(p->first, p->last);
	p->dead = dead;
	p->changed = created + (int64_t)pick(m, 60000);
	rand_uuid(&m->rand, p->uuid);
	buf_clear(&m->out);
	add(m, "{\"creationDate\":");
	add(m, err_number(number, created));
	add_int(m, "changeDate", p->changed);
	add_text(m, "uuid", p->uuid);
	add(m, ",\"pseudonymized\":false,\"inJurisdiction\":true");
	add_text(m, "firstName", p->first);
	add_text(m, "lastName", p->last);
	if (chance(m, 10))
		add_text(m, "nickname", c->female[pick(m, COUNT(c->female))]);
	add_text(m, "sex", p->female ? "FEMALE" : "MALE");
	add_birth(m, dead, died);
	if (dead) {
		add(m, ",\"presentCondition\":\"DEAD\"");
		add_int(m, "deathDate", midnight(died));
		add(m, ",\"causeOfDeath\":\"EPIDEMIC_DISEASE\"");
		add_text(m, "causeOfDeathDisease", disease);
	} else if (chance(m, 70))
		add(m, ",\"presentCondition\":\"ALIVE\"");
	add(m, ",\"address\":");
	add_row(m, created, created, true);
	add_key(m, "region", m->reference[REF_REGION]);
	add_key(m, "district", m->reference[district == 2 ? REF_DISTRICT_2 : REF_DISTRICT_1]);
	add_text(m, "city", towns[pick(m, COUNT(towns))]);
	add_text(m, "street", streets[pick(m, COUNT(streets))]);
	buf_printf(&m->out, ",\"houseNumber\":\"%d\"}", (int)pick(m, 180) + 1);
	add(m, ",\"addresses\":[],\"personContactDetails\":[");
	char phone[24] = "";
	if (chance(m, 60)) {
		snprintf(phone, sizeof phone, "+0 555 %03d %04d", (int)pick(m, 1000), (int)pick(m, 10000));
		add_row(m, created, created, true);
		buf_printf(&m->out, ",\"person\":{\"uuid\":\"%s\",\"caption\":", p->uuid);
		json_write_string(&m->out, p->caption);
		add_text(m, "firstName", p->first);
		add_text(m, "lastName", p->last);
		buf_printf(&m->out, "},\"primaryContact\":true,\"personContactDetailType\":\"PHONE\",\"contactInformation\":\"%s\","
		"\"thirdParty\":false}", phone);
	}
	buf_printf(&m->out, "],\"hasCovidApp\":false,\"covidCodeDelivered\":false,\"symptomJournalStatus\":\"UNREGISTERED\",\"emancipated\":false,"
		"\"incapacitated\":false,\"emailAddress\":\"\",\"phone\":\"%s\"}", phone);
	struct record r;
	record_init(&r, KIND_PERSONS, p->uuid);
	r.changed = r.any_changed = p->changed;
	if (!dead) {
		static const char key[] = "\"approximateAgeReferenceDate\":";
		const char *at = strstr(m->out.data, key);
		r.age_at = at ? at + sizeof key - 1 - m->out.data : -1;
	}
	put(m, &r);
}

/* ---- cases ---- */

static void add_person_reference(struct maker *m, const struct person *p)
{
	buf_printf(&m->out, ",\"person\":{\"uuid\":\"%s\",\"caption\":", p->uuid);
	json_write_string(&m->out, p->caption);
	add_text(m, "firstName", p->first);
	add_text(m, "lastName", p->last);
	add(m, "}");
}

static const char *yes_no(struct maker *m)
{
	static const char *const values[] = {"YES", "NO", "UNKNOWN"};
	return values[pick(m, COUNT(values))];
}

static void add_symptoms(struct maker *m, const struct disease *d, int64_t onset, int64_t created, int64_t changed)
{
	bool symptomatic = false;
	add(m, ",\"symptoms\":");
	add_row(m, created, changed, true);
	for (size_t i = 0; d->symptoms[i]; i++) {
		if (!chance(m, 80))
			continue;
		const char *state = chance(m, 65) ? "YES" : chance(m, 70) ? "NO" : "UNKNOWN";
		symptomatic = symptomatic || state[0] == 'Y';
		add_text(m, d->symptoms[i], state);
	}
	if (d->bleeds)
		add_text(m, "unexplainedBleeding", yes_no(m));
	add_int(m, "onsetDate", onset);
	buf_printf(&m->out, ",\"temperature\":%d.%d", 36 + (int)pick(m, 5), (int)pick(m, 10));
	if (chance(m, 40))
		add_text(m, "symptomsComments", "Reported by the family");
	add_key(m, "symptomatic", symptomatic ? "true" : "false");
	add(m, "}");
}

static void add_hospitalization(struct maker *m, int64_t admitted, bool discharged, int64_t created, int64_t changed, int district)
{
	add(m, ",\"hospitalization\":");
	add_row(m, created, changed, false);
	add_text(m, "admittedToHealthFacility", chance(m, 80) ? "YES" : yes_no(m));
	add_int(m, "admissionDate", admitted);
	if (discharged)
		add_int(m, "dischargeDate", admitted + (int64_t)(pick(m, 12) + 1) * DATE_DAY_MS);
	bool isolated = chance(m, 40);
	add_text(m, "isolated", isolated ? "YES" : "NO");
	if (isolated)
		add_int(m, "isolationDate", admitted);
	if (chance(m, 30))
		add_text(m, "leftAgainstAdvice", yes_no(m));
	bool previous = chance(m, 30);
	add_text(m, "hospitalizedPreviously", previous ? "YES" : yes_no(m)[0] == 'Y' ? "NO" : "UNKNOWN");
	add(m, ",\"previousHospitalizations\":[");
	size_t stays_before = previous ? pick(m, 2) + 1 : 0;
	for (size_t i = 0; i < stays_before; i++) {
		int64_t then = admitted - (int64_t)((i + 1) * 30 + pick(m, 20)) * DATE_DAY_MS;
		if (i)
			add(m, ",");
		add_row(m, created, created, true);
		add(m, ",\"admittedToHealthFacility\":\"YES\"");
		add_int(m, "admissionDate", then);
		add_int(m, "dischargeDate", then + (int64_t)(pick(m, 6) + 1) * DATE_DAY_MS);
		add_key(m, "region", m->reference[REF_REGION]);
		add_key(m, "district", m->reference[district == 2 ? REF_DISTRICT_2 : REF_DISTRICT_1]);
		add_key(m, "healthFacility", m->reference[district == 2 ? REF_FACILITY_2 : REF_FACILITY_1]);
		add_text(m, "description", earlier[pick(m, COUNT(earlier))]);
		add(m, "}");
	}
	add(m, "]");
	if (chance(m, 15))
		add_text(m, "intensiveCareUnit", yes_no(m));
	if (chance(m, 60))
		add_text(m, "hospitalizationReason", "REPORTED_DISEASE");
	add_text(m, "description", stays[pick(m, COUNT(stays))]);
	add(m, "}");
}

static void add_epi_data(struct maker *m, int64_t onset, int64_t created, int64_t changed)
{
	static const char *const types[] = {"TRAVEL", "WORK", "GATHERING", "BURIAL", "ANIMAL_CONTACT"};
	size_t n = chance(m, 40) ? pick(m, 2) + 1 : 0;
	add(m, ",\"epiData\":");
	add_row(m, created, changed, true);
	if (n)
		add(m, ",\"exposureDetailsKnown\":\"YES\"");
	add_text(m, "contactWithSourceCaseKnown", "UNKNOWN");
	add(m, ",\"clusterRelated\":false,\"exposures\":[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			add(m, ",");
		add_row(m, created, created, true);
		add(m, ",\"probableInfectionEnvironment\":false");
		add_int(m, "startDate", onset - (int64_t)(pick(m, 10) + 2) * DATE_DAY_MS);
		add_text(m, "description", trips[pick(m, COUNT(trips))]);
		add_text(m, "exposureType", types[pick(m, COUNT(types))]);
		add(m, ",\"location\":");
		add_row(m, created, created, true);
		add_text(m, "city", towns[pick(m, COUNT(towns))]);
		add(m, "}}");
	}
	add(m, "],\"activitiesAsCase\":[]}");
}

static void add_plain_parts(struct maker *m, int64_t created)
{
	/* a case that was made in the app has a therapy with changeDate 0 for good (protocol.md D.2 (a)) */
	add(m, ",\"therapy\":");
	add_row(m, created, created % 2 == 0 ? created : 0, false);
	add(m, ",\"directlyObservedTreatment\":false,\"mdrXdrTuberculosis\":false,\"beijingLineage\":false,\"treatmentNotApplicable\":false}");
	add(m, ",\"clinicalCourse\":");
	add_row(m, created, created, false);
	add(m, "},\"maternalHistory\":");
	add_row(m, created, created, true);
	add(m, "},\"creationVersion\":\"" SERVER_VERSION "\",\"portHealthInfo\":");
	add_row(m, created, created, false);
	add(m, "},\"caseOrigin\":\"IN_COUNTRY\",\"sharedToCountry\":false,\"nosocomialOutbreak\":false,\"quarantineOrderedVerbally\":false,"
		"\"quarantineOrderedOfficialDocument\":false,\"quarantineExtended\":false,\"quarantineReduced\":false,"
		"\"quarantineOfficialOrderSent\":false");
}

static void make_task(struct maker *m, const char *case_uuid, const struct person *p, int64_t created, const struct user *officer,
	const struct places *places)
{
	char number[24], uuid[UUID_SIZE];
	if (m->tasks++ >= TASKS_MAX)
		return;
	rand_uuid(&m->rand, uuid);
	buf_clear(&m->out);
	add(m, "{\"creationDate\":");
	add(m, err_number(number, created));
	add_int(m, "changeDate", created);
	add_text(m, "uuid", uuid);
	add(m, ",\"taskContext\":\"CASE\"");
	static const char *const keys[] = {"caze", "contextReference"};
	for (size_t i = 0; i < COUNT(keys); i++) {
		char *caption = mem_printf("%s (%.6s)", p->caption, case_uuid);
		buf_printf(&m->out, ",\"%s\":{\"uuid\":\"%s\",\"caption\":", keys[i], case_uuid);
		json_write_string(&m->out, caption);
		add_text(m, "firstName", p->first);
		add_text(m, "lastName", p->last);
		add(m, "}");
		mem_free(caption);
	}
	add(m, ",\"taskType\":\"CASE_INVESTIGATION\",\"priority\":\"NORMAL\"");
	add_int(m, "dueDate", created + DATE_DAY_MS);
	add_int(m, "suggestedStart", created);
	char *user = printed(reference_new(m->t, "User", officer->fact->uuid));
	add(m, ",\"taskStatus\":\"PENDING\"");
	add_key(m, "assigneeUser", user);
	add(m, ",\"observerUsers\":[]}");
	mem_free(user);
	struct record r;
	record_init(&r, KIND_TASKS, uuid);
	r.changed = r.any_changed = created;
	r.places = *places;
	r.places.reporter = 0;
	r.places.officer = officer->id;
	memcpy(r.parent, case_uuid, UUID_SIZE);
	put(m, &r);
}

struct story { const struct disease *d; int64_t report, onset, admitted; int district; bool dead, recovered, home; };

static struct story make_story(struct maker *m)
{
	struct story s = {.d = &diseases[pick(m, COUNT(diseases))]};
	/* more of late, as in an outbreak */
	int64_t days = (int64_t)pick(m, PERIOD_DAYS), other = (int64_t)pick(m, PERIOD_DAYS);
	s.report = m->now - (days < other ? days : other) * DATE_DAY_MS - (int64_t)pick(m, 8 * 3600) * 1000 - 3600000;
	s.onset = midnight(s.report) - (int64_t)(pick(m, 7) + 1) * DATE_DAY_MS;
	s.admitted = midnight(s.report) - (int64_t)pick(m, 3) * DATE_DAY_MS;
	s.district = chance(m, 80) ? 1 : 2;
	s.dead = chance(m, 6);
	s.recovered = !s.dead && chance(m, 35);
	s.home = chance(m, 15);
	return s;
}

static void add_case_head(struct maker *m, const struct story *s, const struct person *p, const struct user *reporter, int64_t year)
{
	static const char *const classes[] = {"NOT_CLASSIFIED", "SUSPECT", "PROBABLE", "CONFIRMED"};
	add(m, ",\"pseudonymized\":false,\"inJurisdiction\":true,\"ownershipHandedOver\":false");
	add_text(m, "disease", s->d->name);
	add_person_reference(m, p);
	buf_printf(&m->out, ",\"epidNumber\":\"DEF-REG-%s-%02d-%03lld\"", s->district == 2 ? "SEC" : "DIS", (int)(year % 100),
		(long long)++m->epid[s->district - 1]);
	add_int(m, "reportDate", s->report);
	char *user = printed(reference_new(m->t, "User", reporter->fact->uuid));
	add_key(m, "reportingUser", user);
	mem_free(user);
	size_t class = s->dead ? 2 + pick(m, 2) : pick(m, COUNT(classes));
	add_text(m, "caseClassification", classes[class]);
	add(m, ",\"epidemiologicalConfirmation\":\"UNKNOWN\"");
}

static void make_case(struct maker *m, const struct story *s, const struct person *p)
{
	struct trainer *t = m->t;
	char uuid[UUID_SIZE], number[24];
	const struct user *officer = user_by_name(t, s->district == 2 ? "SurvOff2" : "SurvOff");
	const struct user *reporter = s->district == 1 && !s->home && chance(m, 25) ? user_by_name(t, "HospInf") : chance(m, 10)
		? user_by_name(t, "SurvSup") : officer;
	int64_t created = s->report, changed = created + (int64_t)pick(m, 40 * 3600) * 1000 + (int64_t)pick(m, 1000);
	if (changed > m->now - 600000)
		changed = created + (int64_t)pick(m, 600) * 1000;
	bool pending = chance(m, 45);
	int64_t year = date_to_civil((int32_t)(midnight(s->report) / DATE_DAY_MS)).year;
	rand_uuid(&m->rand, uuid);
	buf_clear(&m->out);
	add(m, "{\"creationDate\":");
	add(m, err_number(number, created));
	add_int(m, "changeDate", changed);
	add_text(m, "uuid", uuid);
	add_case_head(m, s, p, reporter, year);
	add_text(m, "investigationStatus", pending ? "PENDING" : "DONE");
	if (!pending)
		add_int(m, "investigatedDate", changed);
	add_text(m, "outcome", s->dead ? "DECEASED" : s->recovered ? "RECOVERED" : "NO_OUTCOME");
	if (s->dead || s->recovered)
		add_int(m, "outcomeDate", midnight(s->report));
	add_key(m, "responsibleRegion", m->reference[REF_REGION]);
	add_key(m, "responsibleDistrict", m->reference[s->district == 2 ? REF_DISTRICT_2 : REF_DISTRICT_1]);
	add_key(m, "responsibleCommunity", m->reference[s->district == 2 ? REF_COMMUNITY_2 : REF_COMMUNITY_1]);
	if (!s->home)
		add(m, ",\"facilityType\":\"HOSPITAL\"");
	add_key(m, "healthFacility", m->reference[s->home ? REF_NONE : s->district == 2 ? REF_FACILITY_2 : REF_FACILITY_1]);
	add(m, ",\"healthConditions\":");
	add_row(m, created, created, true);
	if (chance(m, 20))
		add_text(m, "diabetes", yes_no(m));
	if (chance(m, 20))
		add_text(m, "asthma", yes_no(m));
	add(m, "}");
	if (p->female && chance(m, 15))
		add_text(m, "pregnant", yes_no(m));
	char *user = printed(reference_new(t, "User", officer->fact->uuid));
	add_key(m, "surveillanceOfficer", user);
	mem_free(user);
	add_hospitalization(m, s->admitted, s->dead || s->recovered, created, changed - (int64_t)pick(m, 60000), s->district);
	add_symptoms(m, s->d, s->onset, created, created);
	add_epi_data(m, s->onset, created, created);
	add_plain_parts(m, created);
	add_text(m, "followUpStatus", s->d->follow_up ? "FOLLOW_UP" : "NO_FOLLOW_UP");
	if (s->d->follow_up)
		add_int(m, "followUpUntil", midnight(s->onset) + s->d->follow_up * DATE_DAY_MS);
	add(m, ",\"overwriteFollowUpUntil\":false,\"notACaseReasonNegativeTest\":false,\"notACaseReasonPhysicianInformation\":false,"
		"\"notACaseReasonDifferentPathogen\":false,\"notACaseReasonOther\":false,\"dontShareWithReportingTool\":false,\"deleted\":false,"
		"\"postMortem\":false}");
	struct record r;
	record_init(&r, KIND_CASES, uuid);
	r.changed = r.any_changed = changed;
	memcpy(r.person, p->uuid, UUID_SIZE);
	r.places = (struct places){.resp_region = store_intern(t->store, REGION_1),
		.resp_district = store_intern(t->store, s->district == 2 ? DISTRICT_2 : DISTRICT_1),
		.resp_community = store_intern(t->store, s->district == 2 ? COMMUNITY_2 : COMMUNITY_1),
		.facility = store_intern(t->store, s->home ? FACILITY_NONE : s->district == 2 ? FACILITY_2 : FACILITY_1),
		.reporter = reporter->id, .officer = officer->id};
	put(m, &r);
	if (pending)
		make_task(m, uuid, p, created, officer, &r.places);
}

/* ---- all ---- */

static void prepare(struct maker *m)
{
	static const struct { const char *kind, *uuid; } references[] = {{"Region", REGION_1}, {"District", DISTRICT_1}, {"District", DISTRICT_2},
		{"Community", COMMUNITY_1}, {"Community", COMMUNITY_2}, {"Facility", FACILITY_1}, {"Facility", FACILITY_2}, {"Facility", FACILITY_NONE}};
	for (size_t i = 0; i < COUNT(references); i++)
		m->reference[i] = printed(reference_new(m->t, references[i].kind, references[i].uuid));
}

static void keep_counters(struct maker *m)
{
	/* numbers go on from the highest; years of the period share one counter */
	int32_t today = (int32_t)(midnight(m->now) / DATE_DAY_MS);
	for (int district = 0; district < 2; district++) {
		for (int back = 0; back < 2; back++) {
			char key[48];
			snprintf(key, sizeof key, "epid:DEF-REG-%s-%02d-", district ? "SEC" : "DIS", (date_to_civil(today).year - back) % 100);
			store_set_meta(m->t->store, key, m->epid[district]);
		}
	}
}

void generate(struct trainer *t, int64_t cases, int64_t persons, uint64_t seed)
{
	struct maker m = {.t = t, .now = trainer_now(t)};
	struct person p = {0};
	int64_t people = 0;
	rand_init(&m.rand, seed);
	buf_init(&m.out, 0);
	prepare(&m);
	for (int64_t i = 0; i < cases; i++) {
		struct story s = make_story(&m);
		/* with fewer persons than cases some persons have several, one after another; those live */
		bool shared = persons > 0 && persons < cases;
		s.dead = s.dead && !shared;
		if (!shared || people * cases <= i * persons) {
			mem_free(p.caption);
			make_person(&m, &p, s.report - 120000, s.dead, s.d->name, s.report, s.district);
			people++;
		}
		make_case(&m, &s, &p);
	}
	for (; people < persons; people++) {
		mem_free(p.caption);
		make_person(&m, &p, m.now - (int64_t)pick(&m, PERIOD_DAYS) * DATE_DAY_MS - 7200000, false, NULL, 0, 1);
	}
	keep_counters(&m);
	mem_free(p.caption);
	for (size_t i = 0; i < COUNT(m.reference); i++)
		mem_free(m.reference[i]);
	buf_done(&m.out);
}
