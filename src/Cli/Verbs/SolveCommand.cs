namespace Cluster.Cli.Verbs;

/// <summary>`cluster solve`: answers another question from an earlier job, without evaluating anything.</summary>
internal static class SolveCommand
{
    public static Command Create()
    {
        var folder = new InputArgument("OUT") { Description = "the output folder of a job" };
        var question = new QuestionOptions();
        var output = CommonOptions.Output("PLAN.json", "write the plan, for quantize --plan", required: false);
        var predicted = new Option<bool>("--predicted") { Description = "write the predicted plan instead of the measured one" };
        var fleet = CommonOptions.Fleet(
            "jobs of the same command on other kinds of machines: the plan that gains most where it gains least");
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = new Command("solve", CommandHelp.Describe(
            "Answer another question from what a job measured: the best of its plans, and a plan that is predicted to be better, said to "
            + "be a prediction. Nothing is evaluated. A bound of the loss together with budgets: the fastest plan that keeps both. Exits 6 "
            + "with the nearest plan if none keeps what is asked.",
            "solve OUT --latency-budget 2ms",
            "solve OUT --max-drop 1% --size-budget 5MB",
            "solve OUT --size-budget 600kB -o small.plan.json",
            "solve OUT-avx2 --fleet OUT-vnni -o fleet.plan.json"))
        {
            folder,
        };
        question.AddTo(command);
        foreach (var option in (Option[])[fleet, output, predicted, force, json])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            string[] others = parsed.GetValue(fleet) ?? [];
            var ask = question.Read(parsed, others.Length > 0);
            string? file = parsed.GetValue(output);
            if (file is not null)
            {
                OutputPlace.RequireNew(file, parsed.GetValue(force));
            }

            var job = StoredJob.Read(parsed.GetRequiredValue(folder));
            if (question.Warning(parsed, job.State.Spec.Options) is { } warning)
            {
                await streams.Error.WriteLineAsync($"cluster: warning: {warning}");
            }

            var (measured, expected, isFound) = others.Length > 0
                ? await FleetAsync([job, .. others.Select(StoredJob.Read)])
                : await AloneAsync();
            if (file is not null)
            {
                var plan = (parsed.GetValue(predicted) ? expected : measured) ?? throw new JobException(parsed.GetValue(predicted)
                    ? "No plan is predicted to be better than the measured one: leave --predicted out."
                    : "No plan that was measured is faster than FP32 everywhere: there is none to write.");
                OutputPlace.PrepareFile(file, streams.Error.WriteLine);
                AtomicFile.Write(file, job.FileOf(plan).Format());
                await streams.Error.WriteLineAsync(
                    $"wrote {file}; build its network with ./cluster quantize --model MODEL --plan {file} --data CALIBRATION -o q.onnx");
            }

            return isFound ? ExitCode.Done : ExitCode.NothingFeasible;

            async Task<(Plan? Measured, Plan? Predicted, bool IsFound)> AloneAsync()
            {
                var answer = StoredSolver.Of(job.State, ask);
                await CommandReport.WriteAsync(
                    streams.Output, parsed.GetValue(json), answer, (console, shown) => StoredTables.Write(console, shown, job.State));
                return (answer.Selection.Plan, answer.Predicted?.Plan, answer.Selection.Feasible);
            }

            async Task<(Plan? Measured, Plan? Predicted, bool IsFound)> FleetAsync(StoredJob[] jobs)
            {
                var answer = FleetSolver.Of([.. jobs.Select(one => (one.Folder, one.State))], ask);
                await CommandReport.WriteAsync(streams.Output, parsed.GetValue(json), answer, FleetTable.Write);
                return (answer.Best?.Plan, answer.Predicted?.Plan, true);
            }
        }));
        return command;
    }
}
