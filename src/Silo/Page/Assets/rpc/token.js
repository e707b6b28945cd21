// The token of this browser tab: gone with it. A script of another site cannot read it, and no browser sends it by itself.
const place = "cluster.token";

export const hasToken = () => sessionStorage.getItem(place) !== null;

// By the server's word, with each answer: what the token's role allows.
let isAllowed = false;

export const tellMayChange = word => { isAllowed = word === "yes"; };

/** Whether this tab's caller may change something. */
export const mayChange = () => hasToken() && isAllowed;

export const useToken = token => sessionStorage.setItem(place, token);

export const forgetToken = () => sessionStorage.removeItem(place);

export const authorization = () => hasToken() ? { authorization: `Bearer ${sessionStorage.getItem(place)}` } : {};
