import { expect, test } from "vitest";
import { addressProblem } from "./address.ts";

test.each<[string, "open" | "loopback only" | "never"]>([
  ["93.184.215.14", "open"],
  ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "open"],
  ["10.1.2.3", "open"],
  ["172.16.0.1", "open"],
  ["192.168.1.1", "open"],
  ["100.64.0.1", "open"],
  ["fd12:3456::1", "open"],
  ["::ffff:10.1.2.3", "open"],
  ["127.0.0.1", "loopback only"],
  ["127.8.8.8", "loopback only"],
  ["::1", "loopback only"],
  ["::ffff:127.0.0.1", "loopback only"],
  ["169.254.169.254", "never"],
  ["169.254.170.2", "never"],
  ["::ffff:169.254.169.254", "never"],
  ["::ffff:a9fe:a9fe", "never"],
  ["::169.254.169.254", "never"],
  ["64:ff9b::a9fe:a9fe", "never"],
  ["2002:a9fe:a9fe::1", "never"],
  ["fe80::1", "never"],
  ["fe80::1%eth0", "never"],
  ["fd00:ec2::254", "never"],
  ["fd00:0ec2:0:0:0:0:0:254", "never"],
  ["100.100.100.200", "never"],
  ["::ffff:100.100.100.200", "never"],
  ["168.63.129.16", "never"],
  ["192.0.0.192", "never"],
  ["0.0.0.0", "never"],
  ["::", "never"],
  ["224.0.0.1", "never"],
  ["255.255.255.255", "never"],
  ["not-an-address", "never"],
])("%s is %s", (address, verdict) => {
  expect(addressProblem(address, false) === undefined).toBe(verdict === "open");
  expect(addressProblem(address, true) === undefined).toBe(verdict !== "never");
});
