using System.CommandLine;
using Cluster.Harness;

namespace Cluster.Bench.ManyJobs;

/// <summary>`bench many-jobs`: one silo, as a program, takes and ends many small jobs; what it holds, and what calls then take.</summary>
internal static class ManyJobsCommand
{
    public static Command Create()
    {
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 10_000, Description = "one after the other, at least 10" };
        var inFlight = new Option<int>("--in-flight") { DefaultValueFactory = _ => 8, Description = "jobs that are under way at once" };
        var target = new Option<string>("--target")
        {
            DefaultValueFactory = _ => "synthetic:groups=1,sensitive=0,seed=7",
            Description = "what each job is about",
        };
        var postgres = new Option<bool>("--postgres") { Description = "jobs in PostgreSQL instead of files; needs the Orleans packages" };
        var command = new Command("many-jobs", "Many small jobs over gRPC: memory as they end, then list, show, delete and a restart.")
        {
            jobs, inFlight, target, postgres,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var database = parsed.GetValue(postgres) ? await PostgresServer.StartAsync(cancellation) : null;
            var setup = new ChaosSetup(
                SiloProgram.Find(), database is null ? string.Empty : await database.CreateDatabaseAsync(cancellation))
            {
                InProcess = true,
                NoticesLossesFast = false,
            };
            var trial = new ManyJobsTrial(setup, parsed.GetRequiredValue(target), parsed.GetValue(inFlight));
            await trial.RunAsync(Math.Max(10, parsed.GetValue(jobs)), cancellation);
        });
        return command;
    }
}
