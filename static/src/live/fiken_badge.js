import {useEffect} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";

// On their way, or stopped until somebody, maybe on another page, has cured them.
const OPEN = ["waiting", "pending", "sending", "blocked", "failed"];

/**
 * How a document, or a job of its, stands in Fiken; it changes by itself while it is on its way.
 */
export class FikenBadgeField extends BadgeField {
    static template = "fiken_connector.FikenBadgeField";

    setup() {
        super.setup();
        const live = useService("fiken_live");
        useEffect(
            (id, state) =>
                id && OPEN.includes(state)
                    ? live.watch(this.props.record.resModel, id, state, () =>
                          this.refresh(),
                      )
                    : undefined,
            () => [this.props.record.resId, this.props.record.data[this.props.name]],
        );
    }

    /** What somebody is typing stays. */
    async refresh() {
        const {record} = this.props;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }

    get hint() {
        return {
            absent: _t(
                "It is to be sent, and nothing is on its way: press Send to Fiken.",
            ),
            excluded: _t(
                "Marked Do not send, dated before its shop was enabled, or of a kind that is switched off.",
            ),
            waiting: _t("It is sent within seconds."),
        }[this.props.record.data[this.props.name]];
    }
}

registry.category("fields").add("fiken_badge", {
    ...badgeField,
    component: FikenBadgeField,
    displayName: _t("State in Fiken"),
    supportedTypes: ["selection"],
});
