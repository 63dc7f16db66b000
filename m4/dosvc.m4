# Checks of dosvc's configure.
# Copyright 2026 the dosvc authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# DOSVC_REQUIRE_MODULE(PREFIX, MODULE, DEBIAN-PACKAGE)
AC_DEFUN([DOSVC_REQUIRE_MODULE],
[PKG_CHECK_MODULES([$1], [$2], [],
    [AC_MSG_ERROR([$2 is missing; on Debian install the package $3])])])

# DOSVC_REQUIRE_TOOL(VARIABLE, NAMES, DEBIAN-PACKAGE)
AC_DEFUN([DOSVC_REQUIRE_TOOL],
[AC_CHECK_PROGS([$1], [$2])
AS_IF([test "x$$1" = x], [AC_MSG_ERROR([none of "$2" is there; on Debian install the package $3])])])

# CUnit has no .pc file on Debian. Without it the engine's tests are not built.
AC_DEFUN([DOSVC_CHECK_CUNIT],
[have_cunit=no
PKG_CHECK_MODULES([CUNIT], [cunit], [have_cunit=yes],
    [AC_CHECK_HEADER([CUnit/CUnit.h],
        [AC_CHECK_LIB([cunit], [CU_initialize_registry], [have_cunit=yes; CUNIT_LIBS=-lcunit])])])
AS_IF([test "x$have_cunit" = xno],
    [AC_MSG_ERROR([CUnit is missing; on Debian install the package libcunit1-dev])])
AC_SUBST([CUNIT_LIBS])])

# The headers of Wine are found by its own compiler wrapper.
AC_DEFUN([DOSVC_CHECK_WINE_HEADERS],
[AC_CACHE_CHECK([for the headers of Wine], [dosvc_cv_wine_headers],
    [AS_IF([printf '#include <windows.h>\n#include <wine/debug.h>\n#include <bits3_0.h>\n' |
            $WINEGCC -b $PE_TARGET -E -xc - >/dev/null 2>&1],
        [dosvc_cv_wine_headers=yes], [dosvc_cv_wine_headers=no])])
AS_IF([test "x$dosvc_cv_wine_headers" = xno],
    [AC_MSG_ERROR([the headers of Wine are missing; on Debian install the package libwine-dev])])])

# What newer versions of Wine define by themselves is not defined again.
AC_DEFUN([DOSVC_CHECK_BITS_NAME],
[AC_CACHE_CHECK([whether Wine's IDL files have $2], [dosvc_cv_bits_$1],
    [dosvc_cv_bits_$1=no
    for dosvc_idl in bits3_0 bits4_0 bits5_0; do
        AS_IF([printf 'import "%s.idl";\ninterface $2;\n' $dosvc_idl >conftest.idl &&
               $WIDL -h -H conftest.h conftest.idl >/dev/null 2>&1 &&
               printf '#include <%s.h>\n' $dosvc_idl | $WINEGCC -b $PE_TARGET -E -xc - 2>/dev/null |
               grep -q "struct $2Vtbl {\|$2;"], [dosvc_cv_bits_$1=yes])
    done
    rm -f conftest.idl conftest.h])
AS_IF([test "x$dosvc_cv_bits_$1" = xyes], [IDL_FLAGS="$IDL_FLAGS -DDO_BITS_HAS_$1"])])

AC_DEFUN([DOSVC_CHECK_BITS_IDL],
[IDL_FLAGS=
DOSVC_CHECK_BITS_NAME([FILE3], [IBackgroundCopyFile3])
DOSVC_CHECK_BITS_NAME([FILE4], [IBackgroundCopyFile4])
DOSVC_CHECK_BITS_NAME([FILE5], [IBackgroundCopyFile5])
DOSVC_CHECK_BITS_NAME([TRANSFER_POLICY], [BITS_JOB_TRANSFER_POLICY])
AC_SUBST([IDL_FLAGS])])
