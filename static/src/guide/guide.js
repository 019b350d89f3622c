import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDate, formatDate, serializeDate} from "@web/core/l10n/dates";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {CopyButton} from "@web/core/copy_button/copy_button";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {FikenPreview} from "@fiken_connector/guide/preview";
import {Layout} from "@web/search/layout";
import {RecordSelector} from "@web/core/record_selectors/record_selector";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const MODEL = "fiken.guide";
const BADGES = {
    done: "text-bg-success",
    todo: "text-bg-warning",
    optional: "text-bg-secondary",
    locked: "text-bg-light",
};

/**
 * The guided set-up: steps with a tick, each opens in place. Where it stands the
 * server says, after every press anew.
 */
export class FikenGuide extends Component {
    static template = "fiken_connector.Guide";
    static components = {CopyButton, DateTimeInput, FikenPreview, RecordSelector};
    static props = {onPage: {type: Function, optional: true}};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({
            page: null,
            open: false,
            busy: false,
            app: {id: "", secret: ""},
            companies: null,
            chosen: {},
            left: [],
            moveId: false,
        });
        onWillStart(() => this.reload());
    }

    // The page

    async reload() {
        await this.show(await this.orm.call(MODEL, "read_page", []));
    }

    async show(page) {
        const wasNext = this.state.page?.next;
        this.state.page = page;
        this.state.app.id ||= this.stepOf("app").client_id;
        this.props.onPage?.(page);
        await this.open(page.next === wasNext ? this.state.open : page.next || "first");
    }

    /** What was left is shown in the open step alone, and asked for with it. */
    async open(key) {
        this.state.open = key;
        if (key === "company" && this.stepOf(key).state === "done") {
            this.state.left = await this.orm.call(MODEL, "read_left", []);
        }
    }

    // Not "step": templates have a variable of that name, which would hide it.
    stepOf(key) {
        return this.state.page.steps.find((step) => step.key === key);
    }

    async toggle(step) {
        if (step.state !== "locked") {
            await this.open(this.state.open === step.key ? false : step.key);
        }
    }

    goOn(step) {
        const keys = this.state.page.steps.map((one) => one.key);
        return this.open(keys[keys.indexOf(step.key) + 1] || false);
    }

    badgeOf(step) {
        return BADGES[step.state];
    }

    labelOf(step) {
        return {
            done: _t("Done"),
            todo: _t("To do"),
            optional: _t("Can be skipped"),
            locked: _t("Later"),
        }[step.state];
    }

    async call(method, ...args) {
        if (this.state.busy) {
            return null;
        }
        this.state.busy = true;
        try {
            return await this.orm.call(MODEL, method, args);
        } finally {
            this.state.busy = false;
        }
    }

    async change(method, ...args) {
        const page = await this.call(method, ...args);
        if (page) {
            await this.show(page);
        }
        return page;
    }

    async doAction(action) {
        await this.action.doAction(action, {onClose: () => this.reload()});
    }

    // App and consent

    async connect() {
        const {id, secret} = this.state.app;
        const step = this.stepOf("app");
        const changed = id !== step.client_id || secret;
        const args = changed && !step.who_may ? [id, secret] : [];
        const action = await this.call("connect", ...args);
        if (action) {
            await this.action.doAction(action);
        }
    }

    get canConnect() {
        const step = this.stepOf("app");
        if (this.state.busy) {
            return false;
        }
        if (step.who_may) {
            return step.has_secret;
        }
        return Boolean(this.state.app.id && (this.state.app.secret || step.has_secret));
    }

    openConnection(id) {
        return this.openForm("fiken.connection", id);
    }

    openForm(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    // Company and first day

    async readCompanies() {
        const companies = await this.call("read_companies");
        if (companies) {
            this.state.companies = {...companies, isConfirmed: false, bookedOn: ""};
        }
    }

    get chosenCompany() {
        const {choices, choice_id: id} = this.state.companies;
        return choices.find((choice) => choice.id === id);
    }

    pickCompany(id) {
        Object.assign(this.state.companies, {
            choice_id: id,
            isConfirmed: false,
            bookedOn: "",
        });
    }

    get since() {
        return deserializeDate(this.state.companies.since);
    }

    setSince(date) {
        Object.assign(this.state.companies, {
            since: date ? serializeDate(date) : "",
            isConfirmed: false,
            bookedOn: "",
        });
    }

    get mustConfirm() {
        const {bookedOn} = this.state.companies;
        return Boolean(bookedOn || this.chosenCompany?.differs);
    }

    get canChoose() {
        const {isConfirmed, since} = this.state.companies;
        return (
            !this.state.busy &&
            this.chosenCompany?.has_api &&
            since &&
            (isConfirmed || !this.mustConfirm)
        );
    }

    async chooseCompany() {
        const {wizard_id, choice_id, since, isConfirmed} = this.state.companies;
        const page = await this.change(
            "choose_company",
            wizard_id,
            choice_id,
            since,
            isConfirmed,
        );
        if (page?.booked_on) {
            Object.assign(this.state.companies, {
                bookedOn: page.booked_on,
                isConfirmed: false,
            });
        } else if (page) {
            this.state.companies = null;
        }
    }

    async openLeft(left) {
        const action = await this.orm.call("fiken.vendor", left.method, [left.id]);
        await this.doAction(action);
    }

    // Accounts, categories, means of payment

    chartOf(step) {
        return [["fiken_company_id", "=", step.fiken_company_id]];
    }

    keyOf(row, side = "") {
        return `${row.model}/${row.id}/${side}`;
    }

    chosenOf(row, side = "") {
        const chosen = this.state.chosen[this.keyOf(row, side)];
        return chosen === undefined ? row.fiken_id || false : chosen;
    }

    choose(row, id, side = "") {
        this.state.chosen[this.keyOf(row, side)] = id;
    }

    saveAccount(row) {
        return this.change(
            "choose_account",
            row.model,
            row.id,
            this.chosenOf(row),
            this.chosenOf(row, "purchase"),
        );
    }

    accountText(row) {
        return {
            same: _t("Same code"),
            chosen: _t("Chosen"),
            guess: _t("A guess: look at it"),
            missing: _t("Not mapped"),
            gone: _t("Not in Fiken any more"),
        }[row.state];
    }

    // What goes to Fiken, import

    /** All of a kind may be thousands of records: it is asked before. */
    async setFlow(row, select) {
        const {value} = row.choices.find((one) => String(one.value) === select.value);
        const told = await this.orm.call("fiken.overview", "fiken_ask", [
            row.model,
            row.id,
            row.key,
        ]);
        const [, body] = told.find((one) => one[0] === value) || [];
        const change = () => this.change("set_flow", row.key, value);
        if (!body) {
            return change();
        }
        const cancel = () => {
            select.value = String(row.value);
        };
        this.dialog.add(ConfirmationDialog, {
            title: row.label,
            body,
            confirm: change,
            confirmLabel: _t("Save"),
            cancel,
            dismiss: cancel,
        });
    }

    async openImport(step) {
        const action = await this.orm.call("fiken.company", "action_startup_import", [
            [step.fiken_company_id],
        ]);
        await this.doAction(action);
    }

    // The first document

    preview(id) {
        this.state.moveId = this.state.moveId === id ? false : id;
    }

    newInvoice() {
        return this.action.doAction("account.action_move_out_invoice_type", {
            viewType: "form",
        });
    }

    async afterSending() {
        this.state.moveId = false;
        await this.reload();
    }

    openSetupCheck() {
        return this.action.doAction("fiken_connector.fiken_setup_check_action");
    }

    date(value) {
        return value ? formatDate(deserializeDate(value.slice(0, 10))) : "";
    }

    money(value, currencyId) {
        return formatMonetary(value, {currencyId});
    }
}

/**
 * The guided set-up as a page of its own.
 */
export class FikenGuideAction extends Component {
    static template = "fiken_connector.GuideAction";
    static components = {FikenGuide, Layout};
    static props = {...standardActionServiceProps};
}

registry.category("actions").add("fiken_guide", FikenGuideAction);
