#include "app/place.h"

const struct place *place_at(size_t index)
{
	static const struct place places[] = {
		{ KIND_FACILITIES, "SORMAS-CONSTID-ISNONE-FACILITY", "NO_FACILITY", N_("At home (no facility)") },
		{ KIND_FACILITIES, "SORMAS-CONSTID-OTHERS-FACILITY", "OTHER_FACILITY", N_("Other facility") },
		{ KIND_POINTS_OF_ENTRY, "SORMAS-CONSTID-OTHERS-AIRPORTX", "OTHER_AIRPORT", N_("Other airport") },
		{ KIND_POINTS_OF_ENTRY, "SORMAS-CONSTID-OTHERS-SEAPORTX", "OTHER_SEAPORT", N_("Other seaport") },
		{ KIND_POINTS_OF_ENTRY, "SORMAS-CONSTIG-OTHERS-GROUNDCR", "OTHER_GROUND_CROSSING", N_("Other ground crossing") },
		{ KIND_POINTS_OF_ENTRY, "SORMAS-CONSTID-OTHERS-OTHERPOE", "OTHER_POE", N_("Other point of entry") },
	};

	return index < sizeof(places) / sizeof(places[0]) ? &places[index] : NULL;
}
