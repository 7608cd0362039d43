/** What the API is about: tasks, their schemas, and where they are kept. */
import { z } from 'zod'

/** A task as clients see it. */
export const Task = z.strictObject({
  id: z.int().positive(),
  title: z.string(),
  done: z.boolean(),
  due: z.iso.date().nullable(),
})
export type Task = z.infer<typeof Task>

/** A task as clients send it. Fields that nobody knows are refused: they are misspelt, or a try. */
export const NewTask = z.strictObject({
  title: z.string().trim().min(1).max(200),
  due: z.iso.date().nullable().default(null),
})

/** What may be changed of a task. */
export const TaskChange = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  done: z.boolean().optional(),
  due: z.iso.date().nullable().optional(),
})

/** Keeps tasks in memory. */
export class TaskStore {
  readonly #tasks = new Map<number, Task>()
  #lastId = 0

  list(done: boolean | undefined): Task[] {
    return [...this.#tasks.values()].filter((task) => done === undefined || task.done === done)
  }

  find(id: number): Task | undefined {
    return this.#tasks.get(id)
  }

  add(fields: z.output<typeof NewTask>): Task {
    const task = { id: ++this.#lastId, done: false, ...fields }
    this.#tasks.set(task.id, task)
    return task
  }

  change(task: Task, fields: z.output<typeof TaskChange>): Task {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined)
    const changed: Task = { ...task, ...Object.fromEntries(given) }
    this.#tasks.set(task.id, changed)
    return changed
  }

  remove(task: Task): void {
    this.#tasks.delete(task.id)
  }
}
