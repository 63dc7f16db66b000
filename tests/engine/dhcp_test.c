/*
 * Tests of what leases say about cache hosts.
 *
 * Copyright 2026 the dosvc authors
 *
 * This library is free software; you can redistribute it and/or
 * modify it under the terms of the GNU Lesser General Public
 * License as published by the Free Software Foundation; either
 * version 2.1 of the License, or (at your option) any later version.
 *
 * This library is distributed in the hope that it will be useful,
 * but WITHOUT ANY WARRANTY; without even the implied warranty of
 * MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
 * Lesser General Public License for more details.
 *
 * You should have received a copy of the GNU Lesser General Public
 * License along with this library; if not, write to the Free Software
 * Foundation, Inc., 51 Franklin St, Fifth Floor, Boston, MA 02110-1301, USA
 */

#include "config.h"

#include <CUnit/CUnit.h>
#include <string.h>
#include <time.h>

#include "dhcp.h"
#include "suites.h"
#include "tree.h"

#define NETWORKD "/run/systemd/netif/leases/"
#define DEBIAN "/var/lib/dhcp/"
#define NOON 1793620800                 /* 2026-11-02 12:00:00 UTC */

/* A tree with one file; NULL: no list is expected in it. */
static void check(const char *path, const char *text, const char *expected)
{
    char root[] = TREE_TEMPLATE, list[DHCP_LIST_MAX] = "untouched";
    bool found;

    tree_make(root);
    tree_write(root, path, text);
    found = dhcp_find_cache_hosts(root, NOON, list, sizeof(list));
    CHECK(found == (expected != NULL), "%s", text);
    CHECK(!strcmp(list, expected ? expected : "untouched"), "%s: %s", text, list);
    tree_remove(root);
}

static void test_networkd(void)
{
    check(NETWORKD "2", "# a lease\nADDRESS=10.0.0.7\nOPTION_235=63616368652e6c616e\nLIFETIME=3600\n", "cache.lan");
    check(NETWORKD "2", "OPTION_235=63616368652E6C616E", "cache.lan");
    check(NETWORKD "2", "OPTION_235=612c62\n", "a,b");
    check(NETWORKD "2", "OPTION_235=6100\n", "a");
    check(NETWORKD "2", "OPTION_234=61\n", NULL);
    check(NETWORKD "2", "XOPTION_235=61\n", NULL);
    check(NETWORKD "2", "", NULL);
    check(NETWORKD "2", "OPTION_235=\n", NULL);
    check(NETWORKD "2", "OPTION_235=00\n", NULL);
    check(NETWORKD "2", "OPTION_235=6\n", NULL);
    check(NETWORKD "2", "OPTION_235=616\n", NULL);
    check(NETWORKD "2", "OPTION_235=6g\n", NULL);
    check(NETWORKD "2", "OPTION_235=610a62\n", NULL);
    check(NETWORKD "2", "OPTION_235=c3bc\n", NULL);
    check(NETWORKD ".hidden", "OPTION_235=61\n", NULL);
}

static void test_dhclient(void)
{
    static const char text[] = "lease {\n  interface \"eth0\";\n  option unknown-235 \"old.lan\";\n  expire never;\n}\n"
                               "lease {\n  interface \"eth0\";\n  option routers 10.0.0.1;\n"
                               "  option unknown-235 \"cache.lan\";\n  expire 1 2026/11/02 12:00:01;\n}\n";

    check(DEBIAN "dhclient.leases", text, "cache.lan");
    check(DEBIAN "dhclient.eth0.leases", text, "cache.lan");
    check("/var/lib/dhclient/dhclient.leases", text, "cache.lan");
    check(DEBIAN "dhclient--eth0.lease", text, "cache.lan");
    check(DEBIAN "dhcpd.leases", text, NULL);
    check(DEBIAN "dhclient.leases", "lease {\n  option unknown-235 63:61:63:68:65;\n}\n", "cache");
    check(DEBIAN "dhclient.leases", "lease {\n  option unknown-235 63:61:63:68:65:00;\n}\n", "cache");
    check(DEBIAN "dhclient.leases", "lease {\n  option unknown-235 63-61;\n}\n", NULL);
    check(DEBIAN "dhclient.leases", "lease {\n  option unknown-235 \"\";\n}\n", NULL);
    check(DEBIAN "dhclient.leases", "lease {\n  option unknown-235 \"a\";\n}\nlease {\n}\n", NULL);
    check(DEBIAN "dhclient.leases", "option unknown-235 \"a\";\n", NULL);
}

static void test_expiry(void)
{
    static const struct
    {
        const char *expire;
        bool valid;
    } rows[] =
    {
        {"never", true}, {"1 2026/11/02 12:00:01", true}, {"1 2026/11/02 12:00:00", false},
        {"0 2027/01/01 00:00:00", true}, {"4 2020/02/29 00:00:00", false}, {"epoch 1793620801", true},
        {"epoch 1793620800", false}, {"epoch 1793620800; # Mon Nov 02 2026", false},
    };
    char text[256];
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        snprintf(text, sizeof(text), "lease {\n  option unknown-235 \"a\";\n  expire %s;\n}\n", rows[i].expire);
        check(DEBIAN "dhclient.leases", text, rows[i].valid ? "a" : NULL);
    }
}

/* Of a file that has grown long its end counts; a list that is too long is none. */
static void test_sizes(void)
{
    static char text[200000], hex[2 * DHCP_LIST_MAX + 32];
    size_t used = 0, i;

    while (used < sizeof(text) - 100)
        used += (size_t)sprintf(text + used, "lease {\n  option unknown-235 \"old\";\n}\n");
    strcpy(text + used, "lease {\n  option unknown-235 \"new\";\n}\n");
    check(DEBIAN "dhclient.leases", text, "new");

    used = (size_t)sprintf(hex, "OPTION_235=");
    for (i = 0; i < DHCP_LIST_MAX - 1; i++)
        used += (size_t)sprintf(hex + used, "61");
    memset(text, 'a', DHCP_LIST_MAX - 1);
    text[DHCP_LIST_MAX - 1] = 0;
    check(NETWORKD "2", hex, text);
    strcat(hex, "61");
    check(NETWORKD "2", hex, NULL);
    strcat(hex, "61");
    check(NETWORKD "2", hex, NULL);
}

/* The first by name that has the option; networkd before dhclient. */
static void test_order(void)
{
    char root[] = TREE_TEMPLATE, list[DHCP_LIST_MAX];

    tree_make(root);
    CU_ASSERT(!dhcp_find_cache_hosts(root, NOON, list, sizeof(list)));
    tree_write(root, DEBIAN "dhclient.leases", "lease {\n  option unknown-235 \"dhclient\";\n}\n");
    CU_ASSERT(dhcp_find_cache_hosts(root, NOON, list, sizeof(list)) && !strcmp(list, "dhclient"));
    tree_write(root, NETWORKD "3", "OPTION_235=62\n");
    CU_ASSERT(dhcp_find_cache_hosts(root, NOON, list, sizeof(list)) && !strcmp(list, "b"));
    tree_write(root, NETWORKD "2", "OPTION_235=61\n");
    CU_ASSERT(dhcp_find_cache_hosts(root, NOON, list, sizeof(list)) && !strcmp(list, "a"));
    tree_write(root, NETWORKD "1", "ADDRESS=10.0.0.7\n");
    CU_ASSERT(dhcp_find_cache_hosts(root, NOON, list, sizeof(list)) && !strcmp(list, "a"));
    tree_remove(root);
}

CU_TestInfo dhcp_tests[] =
{
    {"leases of systemd-networkd", test_networkd},
    {"leases of dhclient", test_dhclient},
    {"leases that are over", test_expiry},
    {"sizes", test_sizes},
    {"several leases", test_order},
    CU_TEST_INFO_NULL
};
