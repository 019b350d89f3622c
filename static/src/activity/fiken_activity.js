import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {useBus} from "@web/core/utils/hooks";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {listView} from "@web/views/list/list_view";
import {ListController} from "@web/views/list/list_controller";

const POLL_MS = 4000;

/**
 * The three ways in which documents stand, as tabs: each is one filter of the search.
 */
export class FikenTabs extends Component {
    static template = "fiken_connector.FikenTabs";
    static props = {};

    setup() {
        this.tabs = useState({active: this.active});
        useBus(this.env.searchModel, "update", () => (this.tabs.active = this.active));
    }

    get all() {
        return [
            {name: "needs", label: _t("Needs You")},
            {name: "under_way", label: _t("On Its Way")},
            {name: "done", label: _t("Done")},
            {name: "", label: _t("All")},
        ];
    }

    get filters() {
        const names = this.all.map((tab) => tab.name);
        return this.env.searchModel.getSearchItems(
            (item) => item.type === "filter" && names.includes(item.name),
        );
    }

    /** The names of what is shown now; the last tab's where nothing is left out. */
    get active() {
        const names = this.filters
            .filter((item) => item.isActive)
            .map((item) => item.name);
        return names.length ? names : [""];
    }

    show(name) {
        for (const item of this.filters) {
            if (item.isActive !== (item.name === name)) {
                this.env.searchModel.toggleSearchItem(item.id);
            }
        }
    }
}

/**
 * What is on its way moves by itself: the page is read again as long as it is looked
 * at, and nobody is choosing rows.
 */
function refreshing(Controller, template) {
    return class extends Controller {
        static template = template;
        static components = {...Controller.components, FikenTabs};

        setup() {
            super.setup();
            onMounted(() => this.schedule());
            onWillUnmount(() => browser.clearTimeout(this.timer));
        }

        schedule() {
            this.timer = browser.setTimeout(() => this.poll(), POLL_MS);
        }

        get isBusy() {
            const {root} = this.model;
            return document.hidden || root.selection?.length || root.editedRecord;
        }

        async poll() {
            if (!this.isBusy) {
                try {
                    await this.model.root.load();
                } catch {
                    // The server restarts, or the network is down: ask again.
                }
            }
            this.schedule();
        }
    };
}

registry.category("views").add("fiken_activity_list", {
    ...listView,
    Controller: refreshing(ListController, "fiken_connector.FikenActivityList"),
});
registry.category("views").add("fiken_activity_kanban", {
    ...kanbanView,
    Controller: refreshing(KanbanController, "fiken_connector.FikenActivityKanban"),
});
