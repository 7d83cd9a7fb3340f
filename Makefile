# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0

MVN ?= mvn -B -ntp -Dstyle.color=never

.DEFAULT_GOAL := help
.PHONY: help quickstart build test native-test fuzz injection-test kill-test bench soak differential bench-collectors bench-operator images images-reproducible dist dist-test cluster-test slowdown syscall-tables crds rbac-reference attack-table cli-reference format clean setup bench-text bench-otlp fault-test setup-test

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

quickstart: root-at-hand setup build ## Install what is missing, build, and watch a TraceRequest become spans (KEEP=1 leaves it running)
	@libexec/quickstart

.PHONY: root-at-hand
root-at-hand: # before minutes of building
	@[ "$$(id -u)" = 0 ] || command -v sudo >/dev/null || { echo 'quickstart: a cgroup and tracing another user need root, and there is no sudo; run as root: make quickstart' >&2; exit 1; }

build: setup ## Build everything without running the tests
	@libexec/maven-steps target/build.log $(MVN) -DskipTests package

test: setup-test ## Install what is missing and run every test
	@libexec/run-tests

native-test: setup-test ## The C core: arrows between its units, unit tests under ASan+UBSan and TSan, its fuzz targets for a moment, the aarch64 cross-compile
	@$(MAKE) --no-print-directory -C native test cross

fuzz: setup-test ## Each parser of what a stranger wrote against fuzzed input for 60 s (RENACER_FUZZ_SECONDS), and 50,000 crafted ELF files
	@$(MAKE) --no-print-directory -C native fuzz
	@RENACER_FUZZ_SECONDS=$${RENACER_FUZZ_SECONDS:-60} $(MVN) -q -pl native -am -Dtest=CorruptRingTest \
	  -Dsurefire.failIfNoSpecifiedTests=false test

injection-test: setup-test ## Make each system call of the C core fail, with each errno, and look what became of its targets (20 minutes)
	@RENACER_INJECTIONS=all $(MAKE) --no-print-directory -C native test-injection

kill-test: setup-test ## Kill 1,000 tracers in each of four ways and look what became of their targets (RENACER_KILLS for another number)
	@$(MAKE) --no-print-directory -C native kill-test

bench: build ## Cost of a traced call against a bare ptrace loop and strace (root; keep the machine quiet)
	@native/src/bench/run

bench-text: setup ## Lines of text a second from the events of a traced make, on one thread (JMH; JMH_ARGS for other than -prof gc)
	@$(MVN) -q -pl tracer -am -Pjmh -DskipTests -Djmh.args='RingToText RecordingBench $(or $(JMH_ARGS),-prof gc)' process-test-classes

bench-otlp: setup ## Spans a second from events to compressed OTLP, beside the SDK's own, and garbage a span (JMH; JMH_ARGS likewise)
	@$(MVN) -q -pl tracer -am -Pjmh -DskipTests -Djmh.args='RingToOtlp $(or $(JMH_ARGS),-prof gc)' process-test-classes

bench-collectors: build ## What each fault of a collector costs a traced program, and whether its spans add up (ten minutes; CALLS=300000)
	@$(MVN) -q -pl cli -am -Pcollector-faults-bench -DskipTests -Drenacer.calls=$(or $(CALLS),300000) process-test-classes

soak: build ## Real programs under their own load, attached to, traced 30 s and detached, three times over (root; make setup-test)
	@native/src/soak/run --strace

slowdown: build ## How much slower real programs are when traced, and what Renacer says about it (root; make setup-test)
	@native/src/soak/slowdown

differential: build ## Compare 85 real programs with strace line by line (root; a quarter of an hour)
	@libexec/setup --differential
	@cli/src/differential/run

bench-operator: setup ## Time, memory and writes of the operator with 1,000 nodes (needs RENACER_TEST_KUBECONFIG)
	@$(MVN) -q -pl operator -am -Pscale-bench -DskipTests process-test-classes

images: setup ## Write container images of operator and agent as tarballs to target/images (AOT=no: without an AOT cache)
	@libexec/images

images-reproducible: setup ## Build the images of the last commit twice and compare them byte by byte
	@libexec/images-reproducible

dist: setup ## Write a tarball and a Debian package of renacer and kubectl-renacer, with a Java runtime of their own, to target/dist
	@libexec/dist

dist-test: ## Install, use and remove that package in a Debian without Java (root; debootstrap)
	@libexec/dist-test

cluster-test: ## Install the chart with those images on the cluster of RENACER_TEST_KUBECONFIG and trace there
	@libexec/cluster-test

fault-test: ## Plant nine faults in pods of that cluster and answer each from the spans of a Collector there
	@libexec/fault-test

syscall-tables: ## Write the system call tables from HEADERS, the folder usr of a newer linux-libc-dev (SOURCE: a phrase on where it is from)
	@$$(libexec/find-jdk)/bin/java tracer/src/build/java/GenerateSyscallTables.java \
	  tracer/src/main/resources/dev/renacer/tracer/syscall/tables.tsv "$(HEADERS)" "$(SOURCE)"

crds: ## Write the CRD YAML from the Java types, after changing them
	@$(MVN) -q -pl crds -am -Pgenerate-crds process-test-classes

cli-reference: ## Write docs/reference/kubectl-renacer.md from the plugin's help, after changing it
	@$(MVN) -q -pl cli -am -Pgenerate-cli-reference -DskipTests process-test-classes

rbac-reference: ## Write docs/reference/rbac.md from the Helm chart, after changing it
	@$(MVN) -q -pl charts -am -Pgenerate-rbac-reference process-test-classes

attack-table: ## Try the attacks on the cluster of RENACER_TEST_KUBECONFIG and write docs/security/attack-table.md
	@$(MVN) -q -pl charts -am -Dtest=NONE -Dit.test=AttacksIT -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dmaven.test.failure.ignore verify
	@cp charts/target/attack-table.md docs/security/attack-table.md

format: ## Format the Java sources
	@$(MVN) -q -pl architecture -am -Pformat -DskipTests process-test-classes

clean: ## Remove everything that was built
	@$(MAKE) --no-print-directory -C native clean
	@rm -f bin/renacer
	@$(MVN) -q clean

setup:
	@libexec/setup

setup-test:
	@libexec/setup --test
