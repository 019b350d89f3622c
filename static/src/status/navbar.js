import {useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";
import {patch} from "@web/core/utils/patch";
import {NavBar} from "@web/webclient/navbar/navbar";
import {FikenBanner} from "./fiken_banner";

NavBar.components = {...NavBar.components, FikenBanner};

/**
 * The menu To Do bears the number of what needs a person.
 */
patch(NavBar.prototype, {
    setup() {
        super.setup();
        this.fikenStatus = useState(useService("fiken_status"));
    },

    get currentAppSections() {
        const sections = super.currentAppSections;
        const {count, action} = this.fikenStatus || {};
        if (!count) {
            return sections;
        }
        return sections.map((section) =>
            section.actionID === action
                ? {...section, name: `${section.name} (${count})`}
                : section,
        );
    },
    // The class has one, without which a patch of the getter would take it away.
    set currentAppSections(_) {},
});
