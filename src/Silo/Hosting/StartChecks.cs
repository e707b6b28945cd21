namespace Cluster.Silo.Hosting;

/// <summary>Checks a silo's options first: otherwise the frameworks report faults in pages of stack traces, or not at all.</summary>
internal static class StartChecks
{
    /// <exception cref="JobException">A port is taken, or an address does not belong to this machine.</exception>
    public static void RequirePorts(ServerOptions options)
    {
        RequireFree(options.Listen, "--listen");
        if (options.Page is { } page)
        {
            RequireFree(page, "--page");
        }

        RequireFree(new IPEndPoint(options.Listen.Address, options.HealthPort ?? 0), "--health-port");
        if (options is SiloOptions silo)
        {
            RequireFree(new IPEndPoint(IPAddress.Any, silo.SiloPort), "--silo-port");
            RequireFree(new IPEndPoint(IPAddress.Any, silo.GatewayPort), "--gateway-port");
        }
    }

    /// <exception cref="JobException">A slot's GPU cannot be used here: it is never replaced silently.</exception>
    public static void RequireDevices(SiloOptions options)
    {
        foreach (string device in options.Slots.Where(device => device.StartsWith("cuda", StringComparison.Ordinal)))
        {
            if (SlotDevice.Problem(device) is { } refusal)
            {
                throw new JobException($"The slot {device} of --devices cannot be offered: {refusal}");
            }
        }
    }

    /// <exception cref="UsageException">Options contradict each other, or two ports are the same.</exception>
    public static void RequireSensible(SiloOptions options)
    {
        _ = options.Bucket;
        var folders = new SiloFolders(options);
        RequireFolder(folders.Root, "--data-dir");
        RequireFolder(folders.Artefacts, "--artefacts");
        RequireFolder(options.EvaluationCache, "--cache");
        RequireGuarded(options);
        if (options.Database is not null && !options.IsInsecure && options.SiloAuthorities is null
            && !IPAddress.IsLoopback(options.Advertised))
        {
            throw new UsageException(
                $"--advertise is {options.Advertised}, at whose ports for silos anyone could act as one: give --silo-ca, --tls-cert and "
                + "--tls-key, or --insecure where the network itself is private.");
        }

        Require(
            options.Database is not null || options.Roles.HasFlag(SiloRoles.Coordinator),
            "--roles is worker where a cluster of one needs a coordinator, which is the default, or --clustering postgres:CONNECTION");
        Require(
            options.Database is not null || IPAddress.IsLoopback(options.Advertised),
            $"--advertise is {options.Advertised} where a cluster of one has no others to reach it: give --clustering postgres:CONNECTION, "
            + "or leave it out");
        Require(!options.OrleansDashboard || options.Page is not null, "--orleans-dashboard is given without --page, whose port it is on");
        if (options.MachineLock is { } file && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
        {
            Require(false, $"--machine-lock is '{file}', expected a file in a folder that is there");
        }

        RequireDistinct([.. Ports(options), ("--silo-port", options.SiloPort), ("--gateway-port", options.GatewayPort)]);
    }

    /// <exception cref="UsageException">Options contradict each other, or two ports are the same.</exception>
    public static void RequireSensible(GatewayOptions options)
    {
        _ = (options.ArtefactFolder, options.Database);
        RequireGuarded(options);
        RequireDistinct(Ports(options));
    }

    private static (string Option, int Port)[] Ports(ServerOptions options) =>
    [
        ("--listen", options.Listen.Port), ("--page", options.Page?.Port ?? 0), ("--health-port", options.HealthPort ?? 0),
    ];

    // The silo creates missing folders.
    private static void RequireFolder(string? path, string option) =>
        Require(!File.Exists(path), $"{option} is '{path}', which is a file where a folder is expected");

    private static void RequireGuarded(ServerOptions options)
    {
        RequireEncrypted(options.Listen, "--listen", options);
        if (options.Page is { } page)
        {
            string? problem = PageAddress.Problem(page, (options.TokenFile ?? options.TokensFile) is not null);
            Require(problem is null, problem!);
            RequireEncrypted(page, "--page", options);
        }
    }

    private static void RequireEncrypted(IPEndPoint place, string option, ServerOptions options)
    {
        if (options is { Encryption.Identity: null, IsInsecure: false } && !IPAddress.IsLoopback(place.Address))
        {
            throw new UsageException(
                $"{option} is {place}, which others reach and where all that is sent, tokens too, would be readable on the way: give "
                + "--tls-cert and --tls-key, or --insecure where the network itself is private.");
        }
    }

    private static void RequireDistinct(IEnumerable<(string Option, int Port)> ports)
    {
        if (ports.Where(port => port.Port != 0).GroupBy(port => port.Port).FirstOrDefault(same => same.Skip(1).Any()) is { } shared)
        {
            Require(false, $"{string.Join(" and ", shared.Select(port => port.Option))} are both port {shared.Key}, expected one each");
        }
    }

    /// <summary>Warnings for the operator before the silo serves, one sentence each.</summary>
    public static IEnumerable<string> Warnings(SiloOptions options)
    {
        if (OpenDoor(options.TokenFile ?? options.TokensFile, options.Listen) is { } warning)
        {
            yield return warning;
        }

        if (!options.Roles.HasFlag(SiloRoles.Worker) && options.Database is null)
        {
            yield return "No worker can join a cluster of one, so no job is worked on: give --clustering postgres:CONNECTION.";
        }

        if (new SiloFolders(options).OpenRoot is { } folder)
        {
            yield return $"All users of this machine may read '{folder}', which holds models, data and results: chmod 700 it.";
        }
    }

    /// <summary>A warning if anyone may call, or null.</summary>
    public static string? OpenDoor(string? tokenFile, IPEndPoint listen) => tokenFile is null && !IPAddress.IsLoopback(listen.Address)
        ? $"Anyone who reaches {listen} may submit jobs and read results: give --token-file or --tokens."
        : null;

    private static void Require(bool isSensible, string otherwise)
    {
        if (!isSensible)
        {
            throw new UsageException($"{otherwise}: correct it.");
        }
    }

    private static void RequireFree(IPEndPoint place, string option)
    {
        if (place.Port == 0)
        {
            return;
        }

        using var probe = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As the server listens there.
            if (place.Address.Equals(IPAddress.IPv6Any))
            {
                probe.DualMode = true;
            }

            probe.Bind(place);
            probe.Listen();
        }
        catch (SocketException taken)
        {
            throw new JobException(
                $"This server could not listen on {place} ({taken.Message}): choose another port with {option}, or stop what uses it.",
                taken);
        }
    }
}
