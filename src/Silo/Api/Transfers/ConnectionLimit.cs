using Microsoft.AspNetCore.Connections.Features;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// The limit of connections of a server and, as in <see cref="StreamLimit"/>, of an address. Where an address is at its limit, its oldest
/// connection that no known caller has used makes room for a new one: strangers behind a balancer do not shut out everybody behind it.
/// Thread-safe.
/// </summary>
internal sealed class ConnectionLimit(int most)
{
    private static readonly object Key = new();

    private readonly Lock _gate = new();
    private readonly LinkedList<Visitor> _visitors = [];
    private readonly StreamLimit _places = new(most, "connections");

    /// <summary>Serves a connection, or closes it if there is no room.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (Enter(connection, $"{(connection.RemoteEndPoint as IPEndPoint)?.Address}") is not { } entered)
        {
            return;
        }

        try
        {
            connection.Items[Key] = entered.Value;
            await next(connection);
        }
        finally
        {
            lock (_gate)
            {
                Remove(entered);
            }
        }
    }

    /// <summary>If a call's caller is known, its connection stays from now on. To be asked after authorization.</summary>
    public static void KeepIfKnown(HttpContext call)
    {
        if (call.User.Identity?.IsAuthenticated == true
            && call.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out object? found) == true && found is Visitor visitor)
        {
            visitor.IsKnown = true;
        }
    }

    private LinkedListNode<Visitor>? Enter(ConnectionContext connection, string address)
    {
        lock (_gate)
        {
#pragma warning disable CA2000 // The connection's end disposes of it.
            var place = _places.TryEnter(address);
            if (place is null && OldestStranger(address) is { } stranger)
            {
                Remove(stranger);
                stranger.Value.Connection.Abort(
                    new ConnectionAbortedException("Others wait, and no known caller has used this connection."));
                place = _places.TryEnter(address);
            }
#pragma warning restore CA2000

            return place is null ? null : _visitors.AddLast(new Visitor(connection, address, place));
        }
    }

    private LinkedListNode<Visitor>? OldestStranger(string address)
    {
        var visitor = _visitors.First;
        while (visitor is not null && (visitor.Value.IsKnown || visitor.Value.Address != address))
        {
            visitor = visitor.Next;
        }

        return visitor;
    }

    // A second time it changes nothing.
    private void Remove(LinkedListNode<Visitor> visitor)
    {
        if (visitor.List is not null)
        {
            _visitors.Remove(visitor);
            visitor.Value.Place.Dispose();
        }
    }

    private sealed class Visitor(ConnectionContext connection, string address, IDisposable place)
    {
        public ConnectionContext Connection => connection;

        public string Address => address;

        public IDisposable Place => place;

        public volatile bool IsKnown;
    }
}
