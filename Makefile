# Everything that a developer types. `make test` is the whole gate: it installs
# what the tests need on a fresh Debian machine, checks the code and runs it all.

GO        ?= go
LINT       = $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
PACKS      = $(patsubst %/pack.yaml,%,$(wildcard scenarios/*/pack.yaml))
FUZZTIME  ?= 20s
# SQLite is C that was translated: it locks by itself, and to watch each of its
# memory accesses takes four times as long as everything else.
RACE       = -race '-gcflags=modernc.org/...=-d=checkptr=0' '-gcflags=modernc.org/sqlite/lib=-race=false -d=checkptr=0'
# The linter vets, and nobody debugs these binaries: linking them so takes half
# as long.
PLAIN      = -vet=off -ldflags='-s -w'

.PHONY: help build test deps lint unit browser race packs soak pictures fuzz attack bench css clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## build bin/renkei
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/renkei ./cmd/renkei

test: deps lint unit browser race packs ## install what the tests need and run them all

deps: ## install what the tests need
	$(GO) mod download
	@command -v chromium-headless-shell >/dev/null && command -v strace >/dev/null && exit 0; apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends chromium-headless-shell fonts-noto-core fonts-noto-cjk strace
	@/usr/bin/python3 -c 'import icalendar' 2>/dev/null || { apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends python3-icalendar; } # reads calendars back
	@command -v pdftotext >/dev/null || { apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends poppler-utils; } # reads printed pages back
	@command -v npm >/dev/null || { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends npm; }
	cd internal/testkit/browser/axe && npm ci --silent # looks for barriers in pages
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { \
	  mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf && \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends \
	    -o Dpkg::Options::=--force-confold postgresql; } # the tests start servers of their own
	@command -v postfix >/dev/null && command -v dovecot >/dev/null || { \
	  apt-get update -q && echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections && \
	  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends postfix dovecot-imapd; } # likewise

lint: ## formatting, vet, imports that run downwards, and the rest of .golangci.yml
	$(GO) mod verify
	$(GO) mod tidy -diff
	$(LINT) run ./...

unit: ## the tests of the packages
	$(GO) test $(PLAIN) -timeout 20m ./cmd/... ./internal/... ./scenarios/...

browser: ## the tests of the whole program, in browsers and on the command line
	$(GO) test $(PLAIN) -timeout 20m -count=1 -parallel 4 ./e2e/... # runs a program that the test cache knows nothing of

race: ## the tests with goroutines that could race, under the race detector
	$(GO) test $(PLAIN) -timeout 20m $(RACE) -short ./internal/auth ./internal/auth/authstore ./internal/auth/limit ./internal/database/... ./internal/lru ./internal/outbox/... ./internal/web ./internal/exercise/conduct/... ./internal/exercise/eventstore/... ./internal/exercise/follow/... ./internal/exercise/hosting/... ./internal/exercise/rehearsal

packs: ## the shipped packs pass their own check
	@for p in $(PACKS); do $(GO) run ./cmd/renkei scenario check $$p || exit 1; done

soak: deps ## what takes long, at full length: kills, power cuts, outages, attacks, crowds
	RENKEI_SOAK=1 $(GO) test -count=1 -timeout 40m -run 'Kill|PowerCut|RandomFlips|DatabaseAway|TabletopRoom|TabletopSealed' ./e2e
	RENKEI_SOAK=1 $(GO) test -count=1 -timeout 40m ./internal/exercise/conduct/... ./internal/exercise/eventstore/... ./internal/outbox
	$(MAKE) attack
	$(GO) test -run '^$$' -bench Crowd -benchtime 1x -timeout 20m ./e2e # wants a limit of 12,000 open files

pictures: deps ## every page as pictures in out/pictures, wide and on a phone, by test and viewer
	RENKEI_PICTURES=$(CURDIR)/out/pictures $(GO) test -count=1 -timeout 30m -run 'PagesAreOpen|Browser|Keys' ./e2e

fuzz: ## every fuzz test for FUZZTIME each
	@for t in $$(grep -rlE '^func Fuzz' --include='*_test.go' . ); do \
	  for f in $$(grep -ohE '^func Fuzz[A-Za-z0-9_]+' $$t | sed 's/func //'); do \
	    echo "$$t $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) ./$$(dirname $$t) || exit 1; \
	  done; \
	done

attack: ## attack the real program under the limits of its unit, on this machine only
	RENKEI_ATTACK=1 $(GO) test -count=1 -timeout 20m -v ./e2e/attack

bench: ## the figures: decide and apply, durable append, a large exercise opened and moved, rehearsal, a whole run, pages, a crowd
	$(GO) test -run '^$$' -bench DecideApply -benchtime 3s -cpu 1 ./internal/exercise
	$(GO) test -run '^$$' -bench 'Append|Import' -benchtime 20000x ./internal/exercise/eventstore
	$(GO) test -run '^$$' -bench Open -benchtime 3x -timeout 20m ./internal/exercise/conduct
	$(GO) test -run '^$$' -bench ParseAndCheck -benchtime 5x ./internal/exercise/scenario
	$(GO) test -run '^$$' -bench Rehearse -benchtime 3000x ./internal/exercise/rehearsal
	$(GO) test -run '^$$' -bench Archive -benchtime 1x -timeout 40m ./e2e
	$(GO) test -run '^$$' -bench Run -benchtime 5x ./e2e
	$(GO) test -run '^$$' -bench Start -benchtime 10x ./e2e
	$(GO) test -run '^$$' -bench Pages -benchtime 1x ./e2e
	$(GO) test -run '^$$' -bench LargeBoard -benchtime 3s ./internal/server
	$(GO) test -run '^$$' -bench '^BenchmarkChat$$' -benchtime 1x ./e2e
	$(GO) test -run '^$$' -bench Programme -benchtime 1x -timeout 20m ./internal/server
	$(GO) test -run '^$$' -bench Handbook -benchtime 1x -timeout 20m ./internal/server
	$(GO) test -run '^$$' -bench Crowd -benchtime 1x -timeout 20m ./e2e # wants a limit of 12,000 open files
	$(GO) test -run '^$$' -bench Search -benchtime 20x -timeout 20m ./internal/search
	$(GO) test -run '^$$' -bench LargeLog -benchtime 3x -timeout 20m ./internal/exercise/review

css: ## build the pages' style sheet, with npm
	cd internal/web/style && npm ci && npm run build

clean: ## remove what was built
	rm -rf bin out
