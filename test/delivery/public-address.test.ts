import { describe, expect, test } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from '../../lambda/delivery/public-address.ts';

const SPECIAL = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  'link-local and the metadata of cloud machines': ['169.254.169.254', '169.254.170.2', 'fe80::1'],
  'metadata over IPv6': ['fd00:ec2::254'],
  'protocol assignments': ['192.0.0.1', '192.0.0.170', '2001::1', '2001:1ff:ffff::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  'AS112 and relays': [
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.175.48.1',
    '2620:4f:8000::1',
  ],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255'],
  unspecified: ['::'],
  'IPv4 in IPv6, mapped or compatible': [
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '::ffff:0:a00:1',
  ],
  'IPv4 translated by NAT64': ['64:ff9b::a9fe:a9fe', '64:ff9b:1::1'],
  'IPv4 in 6to4 and Teredo': [
    '2002:7f00:1::',
    '2002:808:808::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  ],
  'unique local and site-local': ['fc00::1', 'fd12:3456::1', 'fec0::1'],
  'the discard prefix and what nobody was given': ['100::1', '4000::1', '5f00::1'],
  'no address at all': ['', 'localhost', '127.1', '0x7f000001', '2130706433', '8.8.8.8 ', '[::1]'],
  'an address of one interface only': ['fe80::1%eth0', '::1%lo'],
};

describe('an address is not public that is', () => {
  test.for(Object.entries(SPECIAL))('%s', ([, addresses]) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

describe('an address is public that is', () => {
  test.for([
    '8.8.8.8',
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
    '2001:200::1',
    '2001:4860:4860::8888',
  ])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

test('only 127.0.0.0/8 and ::1 are loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopbackAddress)).toBe(true);
  expect(
    ['126.255.255.255', '128.0.0.0', '::2', '0.0.0.0', 'localhost'].some(isLoopbackAddress),
  ).toBe(false);
});
