namespace Cluster.Silo.Hosting;

/// <summary>
/// Whether the active silos that a database lists write to this database. Those of a physical copy (a snapshot, point-in-time recovery)
/// have the cluster's own name, answer at their addresses, and would take the new silo for a member; but their signs of life go to the
/// original.
/// </summary>
internal static class MembershipCheck
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(2);

    /// <param name="membership">The members in the silo's database.</param>
    /// <param name="name">The cluster, of <see cref="PostgresMembership.NameAsync"/>.</param>
    /// <param name="patience">The time in which a living silo gives a sign of life.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="JobException">Silos answer, and none of them gives a sign of life here.</exception>
    public static async Task RequireOwnAsync(
        PostgresMembership membership, string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        var first = await membership.ActiveAsync(name, cancellationToken);
        var answers = await Task.WhenAll(first.Select(member => AnswersAsync(member, cancellationToken)));
        if (Array.IndexOf(answers, true) is var answering && answering < 0)
        {
            // They were killed: none is left to disturb, and Orleans declares them dead.
            return;
        }

        using var late = new CancellationTokenSource(patience);
        while (!late.IsCancellationRequested)
        {
            if (!first.SequenceEqual(await membership.ActiveAsync(name, cancellationToken)))
            {
                return;
            }

            await Task.Delay(Often, cancellationToken);
        }

        var silent = first[answering];
        throw new JobException(PostgresMembership.Copied(
            membership.Database,
            $"the silo {silent.Address}:{silent.Port} that it lists answers, but gave no sign of life here for "
            + $"{patience.TotalSeconds:0} s (a silo that hangs looks the same: end it first)"));
    }

    private static async Task<bool> AnswersAsync(MemberRow member, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Answering);
        var address = IPAddress.Parse(member.Address);
        using var client = new TcpClient(address.AddressFamily);
        try
        {
            await client.ConnectAsync(address, member.Port, late.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
