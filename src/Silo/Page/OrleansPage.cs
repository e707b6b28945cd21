using Orleans.Dashboard;

namespace Cluster.Silo.Page;

/// <summary>Orleans' own dashboard, below /orleans of the page's port, for admins of the tenant default.</summary>
internal static class OrleansPage
{
    private const string Place = "/orleans";

    // As the page's own, but its styles are set by its scripts.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        + "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Makes a silo collect its data.</summary>
    public static void Add(ISiloBuilder silo)
    {
        // Its log stream would show texts of every tenant.
        silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        silo.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, PasswordHandler>(PasswordHandler.Name, null);
    }

    /// <summary>Serves it if the silo has it.</summary>
    /// <returns>Whether it is served.</returns>
    public static bool Map(WebApplication server)
    {
        bool isThere = server.Services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(PasswordHandler));
        if (isThere)
        {
            server.MapOrleansDashboard(Place).RequireAuthorization(
                new AuthorizeAttribute { Roles = nameof(Role.Admin), AuthenticationSchemes = PasswordHandler.Name });
        }

        return isThere;
    }

    /// <summary>Whether a request is for it; its answer may then have inline styles.</summary>
    public static bool Takes(HttpContext http)
    {
        bool isAsked = http.Request.Path.StartsWithSegments(Place, StringComparison.OrdinalIgnoreCase);
        if (isAsked)
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
        }

        return isAsked;
    }
}
