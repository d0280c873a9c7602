// What Tandem uses of OpenSSL 3: digests, HMAC, comparison in constant time, and certificates of its
// own making.
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509v3.h>

#endif
