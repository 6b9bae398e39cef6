// Rows and columns as plain elements, each row kept as long as its key stays; texts go in as text, never as markup.
// The library's own table makes every row anew with every change, which with 50 rows takes longer than all the rest.
export default {
  template: `
<div class="console-rows">
<table :aria-label="title">
  <thead><tr>
    <th v-if="ticks" scope="col" class="console-tick"><input type="checkbox" :checked="all" :indeterminate.prop="some"
      :aria-label="tickAll" @change="tickEach($event.target.checked)"></th>
    <th v-for="col in columns" :key="col.name" scope="col" :class="'text-' + col.align"
      :aria-sort="col.order || undefined">
      <a v-if="col.href" class="console-sort" :href="col.href">{{ col.label }}<i v-if="col.order"
        class="q-icon material-icons" aria-hidden="true">{{ arrows[col.order] }}</i></a>
      <template v-else>{{ col.label }}</template>
    </th>
  </tr></thead>
  <tbody>
    <tr v-for="row in rows" :key="row.id" :class="{chosen: ticked.includes(row.id)}">
      <td v-if="ticks" class="console-tick"><input type="checkbox" :checked="ticked.includes(row.id)"
        :aria-label="tick + ' ' + row.path" @change="tickOne(row.id, $event.target.checked)"></td>
      <td v-for="col in columns" :key="col.name" :data-label="col.label"
        :class="['text-' + col.align, 'console-cell-' + col.kind, {'console-none': isNone(row, col)}]">
        <a v-if="col.kind === 'link' && row.href" class="console-walk" :href="row.href">{{ row[col.name] }}</a>
        <template v-else-if="col.kind === 'state'">
          <span :class="'console-state console-' + row.status"><i v-if="row.icon" class="q-icon material-icons"
            aria-hidden="true">{{ row.icon }}</i> {{ row[col.name] }}</span><span v-if="row.step" class="console-quiet"> ·
            {{ row.step }}</span>
          <div v-if="row.error" class="console-quiet console-place">{{ row.error }}</div>
        </template>
        <span v-else-if="col.kind === 'actions'" class="console-actions"><button v-for="each in row.actions"
          :key="each.name" type="button" class="console-act" :aria-description="row[columns[0].name]"
          @click="$emit('act', {name: each.name, key: row.id})">{{ each.label }}</button></span>
        <button v-else-if="col.kind === 'action'" type="button" class="console-act" :aria-description="row[columns[0].name]"
          @click="$emit('act', {name: col.name, key: row.id})">{{ row[col.name] }}</button>
        <template v-else>{{ row[col.name] }}</template>
      </td>
    </tr>
  </tbody>
</table>
</div>`,
  props: { title: String, columns: Array, rows: Array, ticks: Boolean, tick: String, tickAll: String },
  emits: ["act", "choose"],
  data() {
    return { ticked: [], arrows: { ascending: "arrow_upward", descending: "arrow_downward" } };
  },
  computed: {
    all() {
      return this.rows.every((row) => this.ticked.includes(row.id));
    },
    some() {
      return !this.all && this.rows.some((row) => this.ticked.includes(row.id));
    },
  },
  methods: {
    // As a card a row says nothing of what it has not.
    isNone(row, col) {
      return col.kind === "actions" ? !row.actions.length : row[col.name] === "–";
    },
    show(keys) {
      this.ticked = keys;
    },
    tickOne(key, on) {
      this.choose([key], on);
    },
    tickEach(on) {
      this.choose(this.rows.map((row) => row.id), on);
    },
    choose(keys, on) {
      const others = this.ticked.filter((each) => !keys.includes(each));
      this.ticked = on ? [...others, ...keys] : others;
      this.$emit("choose", this.ticked);
    },
  },
};
