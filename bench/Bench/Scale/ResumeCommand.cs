using System.CommandLine;
using Cluster.Coordinator.Ports;
using Cluster.Harness;
using Cluster.Storage.Files;
using Cluster.Storage.Postgres;

namespace Cluster.Bench.Scale;

/// <summary>`bench resume`: what it takes to go on with a job of many candidates, from a folder and from a PostgreSQL of its own.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var candidates = new Option<int[]>("--candidates")
        {
            Description = "evaluations of each job",
            DefaultValueFactory = _ => [2_000, 20_000, 100_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var groups = new Option<int>("--groups") { Description = "of the network", DefaultValueFactory = _ => 24 };
        var inFolder = new Option<bool>("--folder-only") { Description = "from a folder, not from a database" };
        var command = new Command("resume", "Reading a long journal, folding it and the next decision: seconds and megabytes.")
        {
            candidates, groups, inFolder,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var hasDatabase = PostgresServer.Programs is not null && !parsed.GetValue(inFolder);
            await using var postgres = hasDatabase ? await PostgresServer.StartAsync(cancellation) : null;
            Console.WriteLine(ResumeTrial.Header);
            foreach (var count in parsed.GetRequiredValue(candidates))
            {
                var network = DecisionCostCommand.Network(parsed.GetValue(groups), images: 500);
                var options = network.Spec.Options with { BudgetEvaluations = count };
                var trial = new ResumeTrial(network, options);
                await trial.RecordAsync(cancellation);
                var folder = Directory.CreateTempSubdirectory("cluster-resume-");
                using (var files = FileJobStore.Open(folder.FullName))
                {
                    Console.WriteLine(await trial.MeasureAsync("folder", files, cancellation));
                }

                folder.Delete(recursive: true);
                if (postgres is not null)
                {
                    await using var database = await PostgresJobStore.OpenAsync(
                        await postgres.CreateDatabaseAsync(cancellation), time: null, cancellation);
                    Console.WriteLine(await trial.MeasureAsync("PostgreSQL", database, cancellation));
                }
            }

            if (PostgresServer.Programs is null)
            {
                Console.WriteLine(PostgresServer.NotInstalled);
            }
        });
        return command;
    }
}
