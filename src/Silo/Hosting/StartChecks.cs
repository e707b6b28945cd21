using System.Net;
using System.Net.Sockets;
using Cluster.Coordinator;
using Cluster.Evaluation.Learning;
using Cluster.Terminal;

namespace Cluster.Silo.Hosting;

/// <summary>
/// What can be wrong with how a silo is started, checked before anything else is: the frameworks would tell it in pages
/// of stack traces, or nobody would.
/// </summary>
internal static class StartChecks
{
    /// <exception cref="JobException">A port is taken, or an address is not this machine's.</exception>
    public static void RequirePorts(SiloOptions options)
    {
        RequireFree(options.Listen, "--listen");
        RequireFree(new IPEndPoint(IPAddress.Any, options.SiloPort), "--silo-port");
        RequireFree(new IPEndPoint(IPAddress.Any, options.GatewayPort), "--gateway-port");
    }

    /// <summary>The token of a file, or null without a file.</summary>
    /// <exception cref="UsageException">The file has none: it would refuse everyone, or take anyone.</exception>
    public static string? Token(string? file)
    {
        if (file is null)
        {
            return null;
        }

        string token = File.ReadAllText(file).Trim();
        return token.Length > 0 ? token : throw new UsageException(
            $"The token file {file} is empty where a token is expected: write one into it (openssl rand -hex 32), or leave out "
            + "--token-file for a silo that anyone may call.");
    }

    /// <summary>What the operator should know before the silo serves, a sentence each.</summary>
    public static IEnumerable<string> Warnings(SiloOptions options)
    {
        if (options.TokenFile is null && !IPAddress.IsLoopback(options.Listen.Address))
        {
            yield return $"Anyone who reaches {options.Listen} may submit jobs and read results: give --token-file.";
        }

        foreach (string device in options.Devices.Where(device => device.StartsWith("cuda", StringComparison.Ordinal)))
        {
            if (SlotDevice.Problem(device) is { } refusal)
            {
                yield return $"The slot {device} learns on the processor: {refusal}";
            }
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
            probe.Bind(place);
            probe.Listen();
        }
        catch (SocketException taken)
        {
            throw new JobException(
                $"The silo could not listen on {place} ({taken.Message}): choose another port with {option}, or stop what uses it.", taken);
        }
    }
}
