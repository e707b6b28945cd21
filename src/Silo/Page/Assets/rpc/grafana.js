// Where the dashboards are, as the server says with each answer.
let place = null;

export const tellGrafana = said => { place = said; };

/** The board of a job's search, or null where the server knows of no Grafana. */
export const boardOf = name => place && `${place}/d/cluster-search?var-job=${encodeURIComponent(name.split("/").at(-1))}`;
