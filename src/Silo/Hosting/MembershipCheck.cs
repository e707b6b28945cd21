namespace Cluster.Silo.Hosting;

/// <summary>
/// Whether the active silos that a database lists write to this database. Those of a physical copy (a snapshot, point-in-time recovery)
/// have the cluster's own name, answer at their addresses, and would take a new silo for a member and a gateway for theirs; but their signs
/// of life go to the original.
/// </summary>
internal static class MembershipCheck
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(2);

    /// <param name="membership">The members in the program's database.</param>
    /// <param name="name">The cluster, of <see cref="PostgresMembership.NameAsync"/>.</param>
    /// <param name="gateways">Gateway ports that are called whatever the database lists.</param>
    /// <param name="patience">The time in which a living silo gives a sign of life.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="JobException">Silos answer that give no sign of life here.</exception>
    public static async Task RequireOwnAsync(
        PostgresMembership membership,
        string name,
        IReadOnlyList<IPEndPoint> gateways,
        TimeSpan patience,
        CancellationToken cancellationToken)
    {
        // Those that do not answer were killed: there is nothing to disturb, and Orleans declares them dead.
        var first = await membership.ActiveAsync(name, cancellationToken);
        var listed = (await AnsweringAsync(first, PortsOf, cancellationToken)).FirstOrDefault();
        var called = await AnsweringAsync(gateways, place => [place], cancellationToken);
        using var late = new CancellationTokenSource(patience);
        while (true)
        {
            bool isLast = late.IsCancellationRequested;
            var members = await membership.ActiveAsync(name, cancellationToken);
            bool isOwn = listed is null || !first.SequenceEqual(members);
            var heard = members.Except(first).Select(member => new IPEndPoint(IPAddress.Parse(member.Address), member.GatewayPort));
            var stranger = called.Except(heard).FirstOrDefault();
            if (isOwn && stranger is null)
            {
                return;
            }

            if (isLast)
            {
                throw new JobException(isOwn ? Strange(stranger!, membership, patience) : Copied(listed!, membership, patience));
            }

            await Task.Delay(Often, cancellationToken);
        }
    }

    private static string Copied(MemberRow silent, PostgresMembership membership, TimeSpan patience) => PostgresMembership.Copied(
        membership.Database,
        $"the silo {silent.Address}:{silent.Port} that it lists answers, but gave no sign of life here for "
        + $"{patience.TotalSeconds:0} s (a silo that hangs looks the same: end it first)");

    private static string Strange(IPEndPoint stranger, PostgresMembership membership, TimeSpan patience) =>
        $"--gateways names {stranger}, which answers, but no silo of {membership.Database} with this gateway port gave a sign of life for "
        + $"{patience.TotalSeconds:0} s: name ports as the silos of this database advertise them, or leave --gateways out.";

    // A network may let gateways reach one of the two alone.
    private static IEnumerable<IPEndPoint> PortsOf(MemberRow member) => new[] { member.Port, member.GatewayPort }
        .Where(port => port != 0)
        .Select(port => new IPEndPoint(IPAddress.Parse(member.Address), port));

    private static async Task<IEnumerable<T>> AnsweringAsync<T>(
        IReadOnlyList<T> all, Func<T, IEnumerable<IPEndPoint>> portsOf, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(
            all.Select(one => Task.WhenAll(portsOf(one).Select(place => AnswersAsync(place, cancellationToken)))));
        return all.Zip(answers).Where(one => one.Second.Contains(true)).Select(one => one.First);
    }

    private static async Task<bool> AnswersAsync(IPEndPoint place, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Answering);
        using var client = new TcpClient(place.AddressFamily);
        try
        {
            await client.ConnectAsync(place, late.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
