import {FormController} from "@web/views/form/form_controller";
import {FormRenderer} from "@web/views/form/form_renderer";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {SIZES} from "@web/core/ui/ui_service";

/**
 * A form whose lists need the whole width: what was said about it stands below, as on
 * a screen that is too narrow for both.
 */
export class WideFormRenderer extends FormRenderer {
    setup() {
        super.setup();
        const ui = this.uiService;
        this.uiService = {
            get size() {
                return Math.min(ui.size, SIZES.XL);
            },
        };
    }
}

export class WideFormController extends FormController {
    get className() {
        const classes = super.className;
        delete classes["o_xxl_form_view h-100"];
        return classes;
    }
}

registry.category("views").add("fiken_wide_form", {
    ...formView,
    Controller: WideFormController,
    Renderer: WideFormRenderer,
});
