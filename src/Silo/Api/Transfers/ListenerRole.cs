using Microsoft.AspNetCore.Connections.Features;

namespace Cluster.Silo.Api.Transfers;

/// <summary>A port that serves only a part of the server's services.</summary>
internal enum ListenerRole
{
    /// <summary>Health only.</summary>
    Health,

    /// <summary>The live page.</summary>
    Page,
}

/// <summary>Marks the port through which a call came: its number says nothing if the system chose it.</summary>
internal static class ListenerRoles
{
    private static readonly object Key = new();

    /// <summary>Marks the connections of a port.</summary>
    public static void MarkAs(this ListenOptions endpoint, ListenerRole role) => endpoint.Use(next => connection =>
    {
        connection.Items[Key] = role;
        return next(connection);
    });

    /// <summary>Whether a call came through such a port.</summary>
    public static bool CameBy(this HttpContext call, ListenerRole role) =>
        call.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out object? found) == true && found is ListenerRole known
        && known == role;
}
