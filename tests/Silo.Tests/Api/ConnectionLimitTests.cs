using System.Security.Claims;
using Cluster.Silo.Api.Transfers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Cluster.Silo.Tests.Api;

/// <summary>Whose connections a server closes where an address has as many as it may: of four, two.</summary>
public sealed class ConnectionLimitTests
{
    private readonly ConnectionLimit _limit = new(4);

    [Fact]
    public async Task Serve_AddressAtItsLimit_ClosesItsOldestUnauthenticatedConnection()
    {
        var (known, stranger, other) = (Connect("10.0.0.1"), Connect("10.0.0.1"), Connect("10.0.0.2"));
        Call(known, isKnown: true);
        Call(stranger, isKnown: false);

        var newcomer = Connect("10.0.0.1");

        await stranger.Served;
        newcomer.IsServed.ShouldBeTrue();
        known.IsServed.ShouldBeTrue();
        other.IsServed.ShouldBeTrue();
    }

    [Fact]
    public async Task Serve_AtTheLimitWithKnownCallers_ClosesTheNewConnection()
    {
        Connection[] known = [Connect("10.0.0.1"), Connect("10.0.0.1")];
        Array.ForEach(known, connection => Call(connection, isKnown: true));

        var newcomer = Connect("10.0.0.1");

        await newcomer.Served;
        known.ShouldAllBe(connection => connection.IsServed);
        known[0].Context.Abort();
        await known[0].Served;
        Connect("10.0.0.1").IsServed.ShouldBeTrue("one has gone");
    }

    private Connection Connect(string address)
    {
        var context = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 4711) };
        return new Connection(context, _limit.ServeAsync(context, UntilClosedAsync));
    }

    private static Task UntilClosedAsync(ConnectionContext context)
    {
        var closed = new TaskCompletionSource();
        context.ConnectionClosed.Register(closed.SetResult);
        return closed.Task;
    }

    private static void Call(Connection connection, bool isKnown)
    {
        var call = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity(isKnown ? "Bearer" : null)) };
        call.Features.Set<IConnectionItemsFeature>(connection.Context);
        ConnectionLimit.KeepIfKnown(call);
    }

    private sealed record Connection(DefaultConnectionContext Context, Task Served)
    {
        public bool IsServed => !Served.IsCompleted;
    }
}
