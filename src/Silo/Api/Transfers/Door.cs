using Microsoft.AspNetCore.Connections.Features;

namespace Cluster.Silo.Api.Transfers;

/// <summary>A port that serves only a part of the server's services.</summary>
internal enum Door
{
    /// <summary>Health only.</summary>
    Health,

    /// <summary>The live page.</summary>
    Page,
}

/// <summary>Marks the port through which a call came: its number says nothing if the system chose it.</summary>
internal static class Doors
{
    private static readonly object Key = new();

    /// <summary>Marks the connections of a port.</summary>
    public static void MarkAs(this ListenOptions endpoint, Door door) => endpoint.Use(next => connection =>
    {
        connection.Items[Key] = door;
        return next(connection);
    });

    /// <summary>Whether a call came through such a port.</summary>
    public static bool CameBy(this HttpContext call, Door door) =>
        call.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out object? found) == true && found is Door by && by == door;
}
