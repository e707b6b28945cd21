namespace Cluster.Silo.Commands;

/// <summary>The commands that another program runs, over the wire; both halves list them in the same words.</summary>
internal static class RemoteVerbs
{
    public static IReadOnlyList<(string Name, string What)> All { get; } =
    [
        ("submit", "Submit a job to a server: upload the network and its data, then search there."),
        ("watch", "Follow a job until it ends, through broken connections."),
        ("list", "List the jobs of a server, the newest first."),
        ("show", "Show a job: what was asked, where it is, what won and why, its files."),
        ("candidates", "List a job's candidates, what was measured of them and why some failed."),
        ("cancel", "End a job without a result."),
        ("pause", "Let a job propose nothing new until it is resumed."),
        ("resume", "Go on with a paused job."),
        ("delete", "Forget a job that has ended, and the files that no other job names."),
        ("fetch", "Download what a job published, checked against its digests."),
        ("nodes", "List the nodes of a server and what each evaluates."),
    ];

    /// <summary>What a command does, in a sentence.</summary>
    public static string What(string name) => All.Single(verb => verb.Name == name).What;

    /// <summary>The section of the help that lists them.</summary>
    public static string Help() => $"Remote commands, on a server (--server ADDR):\n{string.Join('\n', All.Select(verb => $"  {verb.Name,-12} {verb.What}"))}";

    public static bool Contains(string name) => All.Any(verb => verb.Name == name);
}
