using System.Diagnostics;

namespace Cluster.Grpc.Tests;

/// <summary>A second stock client, with an HTTP/2 implementation of its own: npm's @grpc/grpc-js.</summary>
public sealed class StockNodeTests
{
    [Fact]
    public async Task WholeClient_OfNode_Passes()
    {
        string? modules = FindModules();
        Assert.SkipWhen(modules is null, "needs node and its gRPC: npm install --prefix .tools/grpc-js @grpc/grpc-js @grpc/proto-loader");
        await using var server = await ProbeServer.StartAsync();
        var information = new ProcessStartInfo(
            "node", [Beside("Interop/client.js"), new Uri(server.Address).Authority, Beside("Protos/probe.proto")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NODE_PATH"] = modules },
        };

        using var client = Process.Start(information)!;
        var errors = client.StandardError.ReadToEndAsync();
        string output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();

        output.Trim().ShouldBe("passed", await errors);
    }

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private static string? FindModules()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string modules = Path.Combine(folder.FullName, ".tools", "grpc-js", "node_modules");
            if (Directory.Exists(Path.Combine(modules, "@grpc", "grpc-js")))
            {
                return modules;
            }
        }

        return null;
    }
}
