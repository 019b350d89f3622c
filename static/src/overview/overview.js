import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate, deserializeDateTime, formatDate} from "@web/core/l10n/dates";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useFikenPage} from "./page";
import {FikenGuide} from "@fiken_connector/guide/guide";
import {FikenPlace} from "./places";

/**
 * *Overview*: how it goes between Odoo and Fiken, and what needs a person.
 */
export class FikenOverview extends Component {
    static template = "fiken_connector.FikenOverview";
    static components = {FikenGuide, FikenPlace, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.page = useFikenPage(true);
    }

    ago(moment) {
        return moment ? deserializeDateTime(moment).toRelative() : _t("never");
    }

    date(day) {
        return formatDate(deserializeDate(day));
    }

    amount(value) {
        return formatFloat(value, {digits: [16, 2]});
    }

    /** How long it usually takes, for a person. */
    duration(seconds) {
        if (seconds === null || seconds === undefined) {
            return "–";
        }
        return seconds < 120
            ? _t("%s s", Math.round(seconds))
            : _t("%s min", Math.round(seconds / 60));
    }

    /** What needs a person in some books: each number with the list that it counts. */
    needs(books) {
        const jobs = (states) => [
            ["fiken_company_id", "=", books.id],
            ["state", "in", states],
        ];
        const own = ["fiken_company_id", "=", books.id];
        return [
            {
                name: "todos",
                text: _t("To do"),
                count: books.todos,
                list: "fiken_todo_action",
                domain: [
                    ["company_id", "=", books.company_id],
                    ["state", "=", "open"],
                ],
            },
            {
                name: "failed",
                text: _t("Failed"),
                count: books.failed,
                list: "fiken_job_action",
                domain: jobs(["failed"]),
            },
            {
                name: "blocked",
                text: _t("Needs a setting"),
                count: books.blocked,
                list: "fiken_job_action",
                domain: jobs(["blocked"]),
            },
            {
                name: "missing",
                text: _t("Days missing"),
                count: books.missing_days,
                list: "fiken_settlement_action",
                domain: [own, ["is_missing", "=", true]],
            },
            {
                name: "differing",
                text: _t("Days that differ"),
                count: books.differing_days,
                list: "fiken_settlement_action",
                domain: [own, ["differs", "=", true], ["state", "!=", "corrected"]],
            },
            {
                name: "drift",
                text: _t("Differences in master data"),
                count: books.drift,
                list: "fiken_drift_action",
                domain: [own],
            },
        ].filter((need) => need.count);
    }

    openNeed(need) {
        return this.openList(need.list, need.text, need.domain);
    }

    openWaiting(books) {
        return this.openList("fiken_job_action", _t("Waiting"), [
            ["fiken_company_id", "=", books.id],
            ["state", "in", ["pending", "sending"]],
        ]);
    }

    openDay(books, day) {
        return this.openList(
            "fiken_sales_of_day_action",
            _t("Sales of %s", this.date(day.day)),
            [
                ["invoice_date", "=", day.day],
                ["company_id", "child_of", books.company_id],
                ["state", "=", "posted"],
                ["move_type", "in", ["out_invoice", "out_refund", "out_receipt"]],
            ],
        );
    }

    async openList(xmlId, name, domain) {
        const action = await this.action.loadAction(`fiken_connector.${xmlId}`);
        return this.action.doAction({...action, name, domain, context: {}});
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async reconnect(books) {
        const action = await this.orm.call("fiken.connection", "action_connect", [
            books.connection.id,
        ]);
        return action && this.action.doAction(action);
    }

    /** What was confirmed before the connection: a person says what goes. */
    async openLeft(left) {
        const action = await this.orm.call("fiken.vendor", "action_open_unmarked", [
            left.vendor_id,
        ]);
        await this.action.doAction(action, {onClose: this.page.read});
    }

    async openInFiken(books) {
        const action = await this.orm.call("fiken.company", "action_open_in_fiken", [
            books.id,
        ]);
        return this.action.doAction(action);
    }

    /** The height of a bar, in per cent of the largest amount of these days. */
    height(books, amount) {
        const most = Math.max(
            ...books.days.map((day) => Math.max(day.odoo, day.fiken)),
        );
        return most > 0 ? Math.max(0, Math.round((100 * amount) / most)) : 0;
    }

    hasSales(books) {
        return books.days.some((day) => day.odoo || day.fiken);
    }

    dayTitle(day) {
        return _t("%(day)s: %(odoo)s in Odoo, %(fiken)s in Fiken", {
            day: this.date(day.day),
            odoo: this.amount(day.odoo),
            fiken: this.amount(day.fiken),
        });
    }

    /** How a day of a shop stands: colour and words. */
    dayState(day) {
        if (day.differs || day.state === "failed") {
            return "text-bg-danger";
        }
        if (["booked", "corrected"].includes(day.state)) {
            return "text-bg-success";
        }
        return day.state === "skipped" ? "text-bg-secondary" : "text-bg-warning";
    }
}

registry.category("actions").add("fiken_overview", FikenOverview);
