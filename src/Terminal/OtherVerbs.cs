namespace Cluster.Terminal;

/// <summary>The commands of the server and of its client. Every program lists them in the same words.</summary>
public static class OtherVerbs
{
    /// <summary>The server program's verb.</summary>
    public const string Silo = "silo";

    /// <summary>That verb's description, in a sentence.</summary>
    public const string SiloDoes =
        "Run a silo: it answers clients, coordinates jobs and evaluates candidates on its devices, until it is stopped.";

    /// <summary>The verb for the server program without a silo.</summary>
    public const string Gateway = "gateway";

    /// <summary>That verb's description, in a sentence.</summary>
    public const string GatewayDoes =
        "Run a gateway: it answers clients of a cluster for its silos, keeps nothing, and runs until it is stopped.";

    /// <summary>The verbs of the client program, and their descriptions.</summary>
    public static IReadOnlyList<(string Name, string What)> All { get; } =
    [
        ("submit", "Submit a job to a server: upload the network and its data, then search there."),
        ("watch", "Follow a job until it ends, through broken connections."),
        ("list", "List the jobs of a server, the newest first."),
        ("show", "Show a job: its options, progress, winner with reasons, and files."),
        ("candidates", "List a job's candidates with their measurements, and why some failed."),
        ("label", "Give a job the labels that it waits for; without a file, write the list of images to fill in."),
        ("cancel", "End a job without a result, or with its best so far (--keep-best)."),
        ("pause", "Start no new work of a job until it is resumed."),
        ("resume", "Resume a paused job, or try a suspended one again now."),
        ("delete", "Delete a job that has ended, and the files that no other job uses."),
        ("prove", "Hold the deployed winner of a job against its promises again, once or on a schedule (--every)."),
        ("collect", "Delete jobs that ended long ago and files that no job names; --dry-run says what would go."),
        ("fetch", "Download what a job published, checked against its digests."),
        ("nodes", "List the nodes of a server and what each evaluates."),
        ("cordon", "Give a node nothing new; what runs there goes on."),
        ("uncordon", "Give a node work again."),
        ("drain", "Give a node nothing new, and its work to others after a while."),
    ];

    /// <summary>The names of all of them.</summary>
    public static IEnumerable<string> Names => [.. All.Select(verb => verb.Name), Silo, Gateway];

    /// <summary>A command's description, in a sentence.</summary>
    public static string What(string name) => All.Single(verb => verb.Name == name).What;

    /// <summary>The section of the help that lists them.</summary>
    public static string Help() =>
        $"Remote commands, on a server (--server ADDR):\n{string.Join('\n', All.Select(Line))}\n\n" +
        $"Server commands:\n{Line((Silo, SiloDoes))}\n{Line((Gateway, GatewayDoes))}";

    /// <summary>The kind of program that runs a verb: "remote" or "server"; null for other verbs.</summary>
    public static string? KindOf(string name) =>
        name is Silo or Gateway ? "server" : All.Any(verb => verb.Name == name) ? "remote" : null;

    private static string Line((string Name, string What) verb) => $"  {verb.Name,-12} {verb.What}";
}
