/** The shape of a line of crontab, without its command. */
export const CRONTAB_LINE = /^\S+( \S+){4}$/;

/** What a schedule looks like, for people. */
export const CRONTAB_EXAMPLE = "five fields as in crontab, such as 17 2 * * *";
