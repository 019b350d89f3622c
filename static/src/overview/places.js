import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime, formatDate, deserializeDate} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";
import {FikenFlowDialog} from "./flow_dialog";

/**
 * A shop, or the whole company: what of it goes to Fiken, one card a kind.
 */
export class FikenPlace extends Component {
    static template = "fiken_connector.FikenPlace";
    static props = {
        place: Object,
        books: Object,
        midnight: String,
        maySwitch: Boolean,
        whoMay: Array,
        withFigures: Boolean,
        reload: Function,
    };

    setup() {
        this.dialog = useService("dialog");
        this.action = useService("action");
    }

    get title() {
        return this.props.place.is_shop
            ? this.props.place.name
            : _t("Customers, suppliers and products");
    }

    get since() {
        const {since} = this.props.place;
        return since && formatDate(deserializeDate(since));
    }

    get whoMay() {
        return this.props.whoMay.length
            ? _t("Ask %s to change it.", this.props.whoMay.join(", "))
            : _t("A Fiken manager can change it.");
    }

    ago(moment) {
        return moment ? deserializeDateTime(moment).toRelative() : _t("never");
    }

    at(moment) {
        return deserializeDateTime(moment).toLocaleString({
            weekday: "short",
            hour: "2-digit",
            minute: "2-digit",
        });
    }

    change(flow) {
        this.dialog.add(FikenFlowDialog, {
            place: this.props.place,
            flow,
            onSwitched: this.props.reload,
        });
    }

    openPlace() {
        const {model, id} = this.props.place;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    /** The jobs of a kind that a number counts. */
    async openJobs(kind, name, states, sinceToday = false) {
        const domain = [
            ["fiken_company_id", "=", this.props.books.id],
            ["resource", "in", kind.resources],
            ["state", "in", states],
        ];
        if (this.props.place.is_shop) {
            domain.push(["vendor_id", "=", this.props.place.id]);
        }
        if (sinceToday) {
            domain.push(["done_at", ">=", this.props.midnight]);
        }
        const action = await this.action.loadAction("fiken_connector.fiken_job_action");
        this.action.doAction({...action, name, domain, context: {}});
    }
}
