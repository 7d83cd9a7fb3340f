// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
// Connects again and again to a port where nobody listens.
const net = require("net");

const connect = () => net.connect(5432, process.env.PEER).on("error", () => setTimeout(connect, 100));
connect();
