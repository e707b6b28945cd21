using System.CommandLine;
using Cluster.Terminal.Options;

namespace Cluster.Cli.Tests.Terminal;

public sealed class JobOptionSymbolsTests
{
    [Theory]
    [InlineData("--schedule StepLR", ScheduleKind.Step)]
    [InlineData("--schedule ExponentialDecay", ScheduleKind.Exponential)]
    [InlineData("--schedule Cosine_Annealing", ScheduleKind.Cosine)]
    [InlineData("--schedule constant", ScheduleKind.Constant)]
    public void Chosen_ScheduleOfAnotherTool_IsTheOneHere(string line, ScheduleKind schedule) =>
        Chosen(line).Schedule.ShouldBe(schedule);

    [Theory]
    [InlineData("--optimizer AdamW", OptimizerKind.Adam)]
    [InlineData("--optimizer SGD", OptimizerKind.Sgd)]
    [InlineData("--optimizer Momentum", OptimizerKind.Sgd)]
    public void Chosen_OptimizerOfAnotherTool_IsTheOneHere(string line, OptimizerKind optimizer) =>
        Chosen(line).Optimizer.ShouldBe(optimizer);

    [Theory]
    [InlineData("--repair bias_correction", RepairMethod.WeightCorrection)]
    [InlineData("--repair BRECQ", RepairMethod.Brecq)]
    public void Chosen_RepairOfAnotherTool_IsTheOneHere(string line, RepairMethod repair) => Chosen(line).Repair.ShouldBe(repair);

    [Theory]
    [InlineData("--schedule cosin", "not cosin: choose one of them. Did you mean cosine")]
    [InlineData("--schedule StepLT", "not StepLT: choose one of them. Did you mean steplr")]
    [InlineData("--schedule linear", "--schedule must be constant, exponential, cosine or step, not linear: choose one of them.")]
    [InlineData("--optimizer adamx", "--optimizer must be sgd or adam, not adamx: choose one of them. Did you mean adam or adamw?")]
    [InlineData("--formats int8,dynamik", "not int8,dynamik: correct the list. Did you mean dynamic?")]
    [InlineData("--formats int8,int8", "not int8,int8: correct the list.")]
    public void Parse_UnknownName_IsAnsweredWithTheNearest(string line, string said) =>
        Command(out _).Parse(line).Errors.ShouldHaveSingleItem().Message.ShouldContain(said);

    private static JobOptions Chosen(string line)
    {
        var parsed = Command(out var symbols).Parse(line);
        parsed.Errors.ShouldBeEmpty();
        return symbols.Chosen(parsed);
    }

    private static RootCommand Command(out JobOptionSymbols symbols)
    {
        symbols = new JobOptionSymbols(JobLimits.Schedule, JobLimits.Optimizer, JobLimits.Repair, JobLimits.Formats);
        var command = new RootCommand();
        foreach (var option in symbols.All)
        {
            command.Options.Add(option);
        }

        return command;
    }
}
