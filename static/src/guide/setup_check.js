import {onWillStart} from "@odoo/owl";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/**
 * The set-up check looks again by itself when somebody comes back to it.
 */
export class SetupCheckController extends FormController {
    setup() {
        super.setup();
        this.orm = useService("orm");
        onWillStart(() =>
            this.orm.call("fiken.setup.check", "check_again_when_old", [
                [this.props.resId],
            ]),
        );
    }
}

registry.category("views").add("fiken_setup_check", {
    ...formView,
    Controller: SetupCheckController,
});
