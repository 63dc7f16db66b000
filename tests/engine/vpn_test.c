/*
 * Tests of what counts as a virtual private network.
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

#include "suites.h"
#include "tree.h"
#include "vpn.h"

#define KEYWORDS "VPN,Secure,Virtual Private Network"
#define NET "/sys/class/net/"
#define UP "0x1003\n"
#define DOWN "0x1002\n"

/* An interface beside an ordinary one. Texts that are NULL have no file. */
struct interface
{
    const char *name, *flags, *operstate, *file, *text;
    bool vpn;
};

static void write_interface(const char *root, const struct interface *interface)
{
    char path[128];

    snprintf(path, sizeof(path), NET "%s/flags", interface->name);
    tree_write(root, path, interface->flags);
    snprintf(path, sizeof(path), NET "%s/operstate", interface->name);
    if (interface->operstate)
        tree_write(root, path, interface->operstate);
    snprintf(path, sizeof(path), NET "%s/%s", interface->name, interface->file);
    tree_write(root, path, interface->text);
}

static void test_kinds(void)
{
    static const struct interface ethernet = {"eth0", UP, "up\n", "type", "1\n", false};
    static const struct interface rows[] =
    {
        {"eth1", UP, "up\n", "type", "1\n", false},
        {"wlan0", UP, "up\n", "uevent", "DEVTYPE=wlan\nINTERFACE=wlan0\n", false},
        {"br0", UP, "up\n", "uevent", "DEVTYPE=bridge\n", false},
        {"tun0", UP, "unknown\n", "tun_flags", "0x1001\n", true},
        {"tun0", UP, NULL, "tun_flags", "0x1001\n", true},
        {"tun0", UP, "down\n", "tun_flags", "0x1001\n", false},
        {"tun0", DOWN, "unknown\n", "tun_flags", "0x1001\n", false},
        {"tap0", UP, "unknown\n", "tun_flags", "0x1002\n", true},
        {"wg0", UP, "unknown\n", "uevent", "DEVTYPE=wireguard\nINTERFACE=wg0\n", true},
        {"wg0", DOWN, "down\n", "uevent", "DEVTYPE=wireguard\nINTERFACE=wg0\n", false},
        {"ppp0", UP, "unknown\n", "type", "512\n", true},
        {"myvpn", UP, "up\n", "type", "1\n", true},
        {"myvpn", DOWN, "down\n", "type", "1\n", false},
        {"vp", UP, "up\n", "type", "1\n", false},
        {"eth1", UP, "up\n", "ifalias", "the virtual private network of the office\n", true},
        {"eth1", UP, "up\n", "ifalias", "insecure\n", true},
        {"eth1", UP, "up\n", "ifalias", "virtual private\n", false},
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        char root[] = TREE_TEMPLATE;

        tree_make(root);
        CU_ASSERT(!vpn_is_up(root, KEYWORDS));
        write_interface(root, &ethernet);
        write_interface(root, &rows[i]);
        CHECK(vpn_is_up(root, KEYWORDS) == rows[i].vpn, "row %u", i);
        tree_remove(root);
    }
}

static void test_bridged_tap(void)
{
    static const struct interface tap = {"vnet0", UP, "unknown\n", "tun_flags", "0x1002\n", false};
    char root[] = TREE_TEMPLATE;

    tree_make(root);
    write_interface(root, &tap);
    tree_write(root, NET "vnet0/brport/state", "3\n");
    CU_ASSERT(!vpn_is_up(root, KEYWORDS));
    tree_remove(root);
}

static void test_keywords(void)
{
    static const struct
    {
        const char *keywords;
        bool vpn;
    } rows[] =
    {
        {"", false}, {",", false}, {" , ", false}, {"office", true}, {"OFFICE", true}, {"x,office", true},
        {"x, Off ,y", true}, {"office0", true}, {"office1", false}, {"x", false}, {"off ice", false},
    };
    static const struct interface office = {"office0", UP, "up\n", "type", "1\n", false};
    char root[] = TREE_TEMPLATE;
    unsigned int i;

    tree_make(root);
    write_interface(root, &office);
    for (i = 0; i < COUNT_OF(rows); i++)
        CHECK(vpn_is_up(root, rows[i].keywords) == rows[i].vpn, "%s", rows[i].keywords);
    tree_remove(root);
}

CU_TestInfo vpn_tests[] =
{
    {"kinds of interfaces", test_kinds},
    {"a virtual machine's interface", test_bridged_tap},
    {"keywords", test_keywords},
    CU_TEST_INFO_NULL
};
