using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Cluster.Silo.Api.Transfers;

/// <summary>A port that answers for a part of what the server does.</summary>
internal enum Door
{
    /// <summary>Health alone.</summary>
    Health,

    /// <summary>The live page.</summary>
    Page,
}

/// <summary>By which port a call came: its number says nothing where the system chose it.</summary>
internal static class Doors
{
    private static readonly object Key = new();

    /// <summary>Marks the connections of a port.</summary>
    public static void MarkAs(this ListenOptions endpoint, Door door) => endpoint.Use(next => connection =>
    {
        connection.Items[Key] = door;
        return next(connection);
    });

    /// <summary>Serves a connection, or closes it where its address has as many as are taken.</summary>
    public static async Task CountAsync(this StreamLimit limit, ConnectionContext connection, ConnectionDelegate next)
    {
        using var place = limit.TryEnter($"{(connection.RemoteEndPoint as IPEndPoint)?.Address}");
        if (place is not null)
        {
            await next(connection);
        }
    }

    /// <summary>Whether a call came by such a port.</summary>
    public static bool CameBy(this HttpContext call, Door door) =>
        call.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out object? found) == true && found is Door by && by == door;
}
