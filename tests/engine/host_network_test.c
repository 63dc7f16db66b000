/*
 * Tests of what is found out about the host's network, with made-up trees.
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
#include <stdio.h>

#include "engine.h"
#include "host_network.h"
#include "suites.h"
#include "tree.h"

#define IPV4_HEADING "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define IPV4_DEFAULT(name, metric) name "\t00000000\t0101A8C0\t0003\t0\t0\t" metric "\t00000000\t0\t0\t0\n"
#define IPV4_NET(name, metric) name "\t0001A8C0\t00000000\t0001\t0\t0\t" metric "\t00FFFFFF\t0\t0\t0\n"
#define ZERO "00000000000000000000000000000000"
#define IPV6(length, metric, flags, name) \
    ZERO " " length " " ZERO " 00 fe800000000000000000000000000001 " metric " 00000001 00000000 " flags " " name "\n"
#define IPV6_LOOPBACK \
    IPV6("00", "ffffffff", "00200200", "lo") \
    "00000000000000000000000000000001 80 " ZERO " 00 " ZERO " 00000000 00000002 00000000 80200001       lo\n"

/* Texts that are NULL have no file. There is always wwan0, a modem, and eth0. */
struct host
{
    const char *ipv4, *ipv6, *modem_state, *ethernet_state;
    uint32_t expected;
};

static void write_interface(const char *root, const char *name, const char *state, const char *event)
{
    char path[128];

    snprintf(path, sizeof(path), "/sys/class/net/%s/flags", name);
    tree_write(root, path, "0x1003\n");
    snprintf(path, sizeof(path), "/sys/class/net/%s/operstate", name);
    tree_write(root, path, state);
    snprintf(path, sizeof(path), "/sys/class/net/%s/uevent", name);
    tree_write(root, path, event);
}

static void check_host(const struct host *host)
{
    char root[] = TREE_TEMPLATE;

    tree_make(root);
    if (host->ipv4)
        tree_write(root, "/proc/net/route", host->ipv4);
    if (host->ipv6)
        tree_write(root, "/proc/net/ipv6_route", host->ipv6);
    write_interface(root, "wwan0", host->modem_state, "DEVTYPE=wwan\nINTERFACE=wwan0\nIFINDEX=3\n");
    write_interface(root, "eth0", host->ethernet_state, "INTERFACE=eth0\nIFINDEX=2\n");
    CU_ASSERT_EQUAL(host_network_read(root), host->expected);
    tree_remove(root);
}

static void test_default_routes(void)
{
    static const struct host hosts[] =
    {
        {IPV4_HEADING IPV4_DEFAULT("eth0", "100") IPV4_NET("eth0", "100"), NULL, "down\n", "up\n", 0},
        {IPV4_HEADING IPV4_DEFAULT("wwan0", "700"), IPV6_LOOPBACK, "unknown\n", "down\n", ENGINE_NETWORK_CELLULAR},
        {IPV4_HEADING IPV4_DEFAULT("wwan0", "700") IPV4_DEFAULT("eth0", "100"), NULL, "unknown\n", "up\n", 0},
        {IPV4_HEADING IPV4_DEFAULT("eth0", "900") IPV4_DEFAULT("wwan0", "700"), NULL, "unknown\n", "up\n",
         ENGINE_NETWORK_CELLULAR},
        {IPV4_HEADING IPV4_DEFAULT("eth0", "0") IPV4_DEFAULT("wwan0", "0"), NULL, "unknown\n", "up\n", 0},
        /* A cable that was pulled out leaves its routes. */
        {IPV4_HEADING IPV4_DEFAULT("wwan0", "700") IPV4_DEFAULT("eth0", "100"), NULL, "unknown\n", "down\n",
         ENGINE_NETWORK_CELLULAR},
        {IPV4_HEADING IPV4_NET("wwan0", "0"), NULL, "unknown\n", "up\n", 0},
        {IPV4_HEADING, IPV6_LOOPBACK IPV6("00", "00000400", "00450003", "wwan0"), "up\n", "down\n",
         ENGINE_NETWORK_CELLULAR},
        {IPV4_HEADING, IPV6_LOOPBACK IPV6("00", "00000400", "00450003", "eth0"), "up\n", "up\n", 0},
    };
    unsigned int i;

    for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
        check_host(&hosts[i]);
}

/* Only what is known for certain counts. */
static void test_no_network(void)
{
    static const struct host hosts[] =
    {
        {IPV4_HEADING, NULL, "down\n", "down\n", ENGINE_NETWORK_NONE},
        {"", IPV6_LOOPBACK, "down\n", "down\n", ENGINE_NETWORK_NONE},
        {IPV4_HEADING IPV4_NET("eth0", "0"), IPV6_LOOPBACK, "down\n", "down\n", ENGINE_NETWORK_NONE},
        {IPV4_HEADING IPV4_NET("eth0", "0"), IPV6_LOOPBACK, "down\n", "up\n", 0},
        {IPV4_HEADING IPV4_NET("other0", "0"), NULL, "down\n", "down\n", 0},
        {IPV4_HEADING, IPV6("40", "00000100", "00000001", "eth0"), "down\n", "unknown\n", 0},
        {IPV4_HEADING "nonsense\n", NULL, "down\n", "down\n", 0},
        {IPV4_HEADING, "nonsense\n", "down\n", "down\n", 0},
        {NULL, IPV6_LOOPBACK, "down\n", "down\n", 0},
        {NULL, NULL, "down\n", "down\n", 0},
    };
    unsigned int i;

    for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
        check_host(&hosts[i]);
}

static void test_loopback(void)
{
    static const char *const local[] = {"localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.255.3.4", "::1"};
    static const char *const remote[] = {"example.com", "localhost.example.com", "notlocalhost", ".localhost", "",
                                         "128.0.0.1", "127.example.com", "::2", "fe80::1", "10.0.0.1"};
    unsigned int i;

    for (i = 0; i < sizeof(local) / sizeof(*local); i++)
        CU_ASSERT(host_is_loopback(local[i]));
    for (i = 0; i < sizeof(remote) / sizeof(*remote); i++)
        CU_ASSERT(!host_is_loopback(remote[i]));
    CU_ASSERT(host_list_has_loopback("http=proxy:80;https=127.0.0.1:3128"));
    CU_ASSERT(host_list_has_loopback("http://LocalHost:8080"));
    CU_ASSERT(!host_list_has_loopback("proxy.example.com:80"));
    CU_ASSERT(!host_list_has_loopback(NULL));
}

CU_TestInfo host_network_tests[] =
{
    {"default routes", test_default_routes},
    {"no network", test_no_network},
    {"hosts and lists of hosts", test_loopback},
    CU_TEST_INFO_NULL
};
