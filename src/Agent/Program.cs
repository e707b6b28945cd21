using System.Text.Json;
using Cluster.Agent;

if (args.Length > 0)
{
    Console.WriteLine(
        """
        Cluster.Agent times networks on this machine for a search on another one. It takes no options and asks for no port: there,
        CLUSTER_TIMING_AGENT names the command that starts it here, such as 'ssh pi ./agent/Cluster.Agent'.
        """);
    return args[0] is "--help" or "-h" or "-?" ? 0 : 2;
}

// Nothing else may come between the answers.
Console.SetOut(Console.Error);
using var requests = new BufferedStream(Console.OpenStandardInput());
using var answers = new BufferedStream(Console.OpenStandardOutput());
try
{
    new AgentLoop(requests, answers).Run();
    return 0;
}
catch (Exception failure) when (failure is JsonException or EndOfStreamException or KeyNotFoundException)
{
    Console.Error.WriteLine($"What was read is no request of this version of Cluster ({failure.Message}); see --help.");
    return 1;
}
