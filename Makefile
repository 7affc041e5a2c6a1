# Every target is one call of fleet, which installs what it needs and says so.
STACK ?= dev
FLEET := node bin/fleet.js
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help up preview down health test

help: node_modules ## What there is
	@$(FLEET) --help

up: node_modules ## Bring the stack up (STACK=dev)
	@$(FLEET) up --stack $(STACK)

preview: node_modules ## Show what `up` would change
	@$(FLEET) preview --stack $(STACK)

down: node_modules ## Destroy the stack and stop the local cluster
	@$(FLEET) down --stack $(STACK)

health: node_modules ## Ask every service how it is
	@$(FLEET) health --stack $(STACK)

test: node_modules ## Prove the whole project (STAGES="unit engine" for a part of it)
	@node --import tsx test/run.ts $(STAGES)

# Installed again only when the lock file changes; no dependency runs a script of its own.
node_modules: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	@touch node_modules
