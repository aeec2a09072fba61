/* TLS: always verified, by the certificate authorities that the machine trusts or by the pinned key (quality.md "Safety"). */
#include <string.h>

#include "net/internal.h"

/* OpenSSL's reasons (x509_vfy.h); curl passes the number on. Of another TLS library no number is known, and the general words are used. */
enum reason {
	REASON_NAME = 1,            /* what curl leaves when the chain was never at fault: the name was */
	REASON_NO_ISSUER = 2, REASON_NOT_YET = 9, REASON_EXPIRED = 10, REASON_SELF_SIGNED = 18, REASON_UNKNOWN_ROOT = 19, REASON_NO_LOCAL_ISSUER = 20,
	REASON_NO_SIGNER = 21
};

bool tls_prepare(CURL *easy, const char *pin, const char *ca_file)
{
	/* A pinned key proves more than an authority does: whoever does not hold it ends here, before a byte of the request is sent. So it replaces the
	 * authority (a site with a certificate of its own has none) but not the check of the name. */
	bool ok = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, pin ? 0L : 1L) == CURLE_OK;
	ok = ok && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	ok = ok && curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	if (pin)
		ok = ok && curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, pin) == CURLE_OK;
	if (ca_file)
		ok = ok && curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) == CURLE_OK && curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
	return ok;
}

enum status tls_refusal(CURL *easy, CURLcode code, const char **id)
{
	const curl_version_info_data *library = curl_version_info(CURLVERSION_NOW);
	long reason = 0;
	if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH) {
		*id = N_("the server's key is not the pinned one; ask who runs the server whether its key has changed");
		return ST_REFUSED;
	}
	if (code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CRL_BADFILE) {
		*id = N_("the file of certificate authorities cannot be read; check SSL_CERT_FILE, or install the package ca-certificates");
		return ST_REFUSED;
	}
	if (code == CURLE_PEER_FAILED_VERIFICATION && library->ssl_version && !strncmp(library->ssl_version, "OpenSSL", 7) &&
	    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &reason) != CURLE_OK)
		reason = 0;
	switch (reason) {
	case REASON_NAME:
		*id = N_("the server's certificate is for another name; check the address");
		break;
	case REASON_EXPIRED:
		*id = N_("the server's certificate has expired; check this machine's date, then tell who runs the server");
		break;
	case REASON_NOT_YET:
		*id = N_("the server's certificate is not valid yet; check this machine's date");
		break;
	case REASON_SELF_SIGNED:
		*id = N_("the server's certificate is signed by nobody but itself; ask who runs the server for its key and sign in with --pin");
		break;
	case REASON_NO_ISSUER:
	case REASON_UNKNOWN_ROOT:
	case REASON_NO_LOCAL_ISSUER:
	case REASON_NO_SIGNER:
		*id = N_("this machine does not know who signed the server's certificate; ask who runs the server for its key and sign in with --pin");
		break;
	default:
		*id = N_("the server could not prove who it is ({1}); check the address and this machine's date");
	}
	return ST_REFUSED;
}
