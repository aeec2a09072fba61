/* Words of the case list: the codes of its columns, and what it can be narrowed to. */
#include <string.h>

#include "internal.h"

const char *list_disease(const char *constant)
{
	static const char *const codes[][2] = { { "AFP", NC_("eight columns", "AFP") }, { "CONGENITAL_RUBELLA", NC_("eight columns", "CONG.RUB") },
		{ "EVD", NC_("eight columns", "EBOLA") }, { "LASSA", NC_("eight columns", "LASSA") }, { "NEW_INFLUENZA", NC_("eight columns", "FLU NEW") },
		{ "INFLUENZA", NC_("eight columns", "FLU") }, { "INFLUENZA_A", NC_("eight columns", "FLU A") }, { "INFLUENZA_B", NC_("eight columns", "FLU B") },
		{ "UNSPECIFIED_VHF", NC_("eight columns", "VHF") }, { "FHA", NC_("eight columns", "VHF FHA") },
		{ "WEST_NILE_FEVER", NC_("eight columns", "W. NILE") }, { "YELLOW_FEVER", NC_("eight columns", "YELLOW F") },
		{ "TYPHOID_FEVER", NC_("eight columns", "TYPHOID") }, { "ACUTE_VIRAL_HEPATITIS", NC_("eight columns", "HEPATIT.") },
		{ "NON_NEONATAL_TETANUS", NC_("eight columns", "TETANUS") }, { "NEONATAL_TETANUS", NC_("eight columns", "TET.NEON") },
		{ "TRYPANOSOMIASIS", NC_("eight columns", "HAT") }, { "DIARRHEA_DEHYDRATION", NC_("eight columns", "DIARR.<5") },
		{ "DIARRHEA_BLOOD", NC_("eight columns", "DIARR.BL") }, { "TUBERCULOSIS", NC_("eight columns", "TB") },
		{ "LATENT_TUBERCULOSIS", NC_("eight columns", "TB LAT.") }, { "RESPIRATORY_SYNCYTIAL_VIRUS", NC_("eight columns", "RSV") },
		{ "ARI", NC_("eight columns", "ARI") }, { "POST_IMMUNIZATION_ADVERSE_EVENTS_MILD", NC_("eight columns", "AEFI") },
		{ "POST_IMMUNIZATION_ADVERSE_EVENTS_SEVERE", NC_("eight columns", "AEFI SEV") },
		{ "INVASIVE_PNEUMOCOCCAL_INFECTION", NC_("eight columns", "PNEUMOC.") },
		{ "INVASIVE_MENINGOCOCCAL_INFECTION", NC_("eight columns", "MENINGOC") } };
	size_t i;

	for (i = 0; constant != NULL && i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i][0], constant) == 0)
			return i18n_context_text("eight columns", codes[i][1]);
	return NULL;
}

const char *list_code(const char *constant)
{
	static const char *const codes[][2] = { { "PENDING", NC_("four columns", "PEND") }, { "DONE", NC_("four columns", "DONE") },
		{ "DISCARDED", NC_("four columns", "DISC") }, { "NOT_CLASSIFIED", NC_("four columns", "----") },
		{ "SUSPECT", NC_("four columns", "SUSP") }, { "PROBABLE", NC_("four columns", "PROB") }, { "CONFIRMED", NC_("four columns", "CONF") },
		{ "CONFIRMED_NO_SYMPTOMS", NC_("four columns", "CONF") }, { "CONFIRMED_UNKNOWN_SYMPTOMS", NC_("four columns", "CONF") },
		{ "NO_CASE", NC_("four columns", "NONE") } };
	size_t i;

	for (i = 0; constant != NULL && i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i][0], constant) == 0)
			return i18n_context_text("four columns", codes[i][1]);
	return constant == NULL ? "" : constant;
}

/* ---- filters ---- */

static const struct { const char *name, *label; } list_states[] = {
	{ "any", N_("everything") }, { "unsent", N_("only unsent") }, { "rejected", N_("only rejected") }, { "conflicts",
		N_("only with conflicts") },
};

struct list_words { const char *wanted; bool inside; struct choose_item *out; size_t count, max; };

/* Takes a label that begins with what was typed; inside: whose second or later word does. */
static void list_words_add(struct list_words *words, char kind, const char *name, const char *label)
{
	char *folded = text_fold(label);
	const char *at = folded;
	bool begins = text_starts(folded, words->wanted), found = begins;

	while (words->inside && !found && (at = strpbrk(at, " (-")) != NULL)
		found = text_starts(++at, words->wanted);
	if (found && begins != words->inside && words->count < words->max)
		words->out[words->count++] = (struct choose_item){ .name = mem_printf("%c%s", kind, name), .label = mem_strdup(label) };
	mem_free(folded);
}

static void list_words_all(struct list_words *words, struct session *session)
{
	static const char *const enums[] = { "CaseClassification", "Disease" };
	size_t i, k;

	for (i = 0; i < sizeof(list_states) / sizeof(list_states[0]); i++)
		list_words_add(words, 's', list_states[i].name, _(list_states[i].label));
	for (i = 0; i < 2; i++) {
		const char *const *constants = labels_choices(session, enums[i]);

		for (k = 0; constants != NULL && constants[k] != NULL; k++) {
			const char *context = NULL, *id = constants[k];

			labels_constant(session, enums[i], constants[k], &context, &id);
			list_words_add(words, i == 0 ? 'c' : 'd', constants[k], i18n_context_text(context, id));
		}
	}
}

size_t list_filter_choices(struct session *session, const char *typed, struct choose_item *out, size_t max)
{
	char *wanted = text_fold(typed);
	struct list_words words = { .wanted = wanted, .out = out, .max = max };

	list_words_all(&words, session);
	words.inside = true;
	list_words_all(&words, session);
	mem_free(wanted);
	return words.count;
}
