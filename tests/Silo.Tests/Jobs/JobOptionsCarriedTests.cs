using System.CommandLine;
using System.Text.Json;
using Cluster.Contract;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Plans;
using Cluster.Terminal.Options;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Jobs;

/// <summary>
/// An option of a job is a property of <see cref="JobOptions"/>, its descriptor among <see cref="JobLimits"/> and a field of the
/// contract; its JSON and schema are checked beside the record. A new property fails here until it has all of them.
/// </summary>
public sealed class JobOptionsCarriedTests
{
    public static TheoryData<string> Names => [.. OtherOptions.Properties.Select(property => property.Name)];

    [Fact]
    public void Names_DescriptorsAndContract_AreThoseOfTheOptions()
    {
        string[] files = ["model", "calibration", "evaluation", "test", "training", "preprocess"];
        string[] names = [.. OtherOptions.Properties.Select(property => property.Name)];

        // What the bound is a share of is said behind the bound.
        JobLimits.All.Select(limit => limit.Option).Append(nameof(JobOptions.MaxDropIsRelative)).ShouldBe(names, ignoreOrder: true);
        V1.JobSpec.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Except(files)
            .ShouldBe(names.Select(JobOptionsMapping.FieldName), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CommandLine_EveryOption_HasOneSymbol(string name)
    {
        var property = Property(name);

        // A share is of something.
        var (whole, expected) = (name, OtherOptions.In(property)) switch
        {
            (nameof(JobOptions.EpochShare), var chosen) => (["--original-epochs", "90"], chosen with { OriginalEpochs = 90 }),
            (nameof(JobOptions.RateShare), var chosen) => (["--original-rate", "0.1"], chosen with { OriginalRate = 0.1 }),
            (_, var chosen) => (Array.Empty<string>(), chosen),
        };
        var read = new JobOptionSymbols()
            .All.Select(symbol => Parse([symbol.Name, OtherOptions.Text(property), .. whole]))
            .OfType<JobOptions>()
            .Select(Text);

        read.Count(text => text == Text(expected))
            .ShouldBe(1, "one option of the command line chooses it, and nothing else");
    }

    [Fact]
    public void CommandLine_NothingGiven_IsTheDefault() => Text(Parse()!).ShouldBe(Text(new JobOptions()));

    [Fact]
    public void Submit_NothingGiven_IsDecidedAsByRun() => Submitted(Parse()!);

    [Theory]
    [MemberData(nameof(Names))]
    public void Submit_EveryOption_IsDecidedAsByRun(string name) => Submitted(OtherOptions.In(Property(name)));

    [Fact]
    public void Wire_EveryMode_ComesBack()
    {
        foreach (var fineTune in Enum.GetValues<FineTuneMode>().Cast<FineTuneMode?>().Append(null))
        {
            foreach (var reconstruct in Enum.GetValues<ReconstructionMode>().Cast<ReconstructionMode?>().Append(null))
            {
                var sent = new V1.JobSpec();
                JobOptionsMapping.Write(new JobOptions { FineTune = fineTune, Reconstruct = reconstruct }, sent);
                var received = JobOptionsMapping.Read(sent);
                (received.FineTune, received.Reconstruct).ShouldBe((fineTune, reconstruct));
            }
        }
    }

    [Fact]
    public void Wire_ModeOfALaterContract_IsOutOfLimits() =>
        JobOptionsMapping.Read(new V1.JobSpec { FineTune = (V1.FineTuneMode)9, Reconstruct = (V1.ReconstructionMode)9 })
            .Validate()
            .Select(fault => fault.Option)
                .ShouldBe([nameof(JobOptions.FineTune), nameof(JobOptions.Reconstruct)]);

    // The client's message, the server's entry of a job that is not prepared yet, and that as it is stored.
    private static void Submitted(JobOptions asked)
    {
        var sent = new V1.JobSpec();
        JobOptionsMapping.Write(asked, sent);
        var received = JobOptionsMapping.Read(V1.JobSpec.Parser.ParseFrom(sent.ToByteArray()));
        var (spec, _) = JobEntry.Unprepared(new JobInputs { Model = "m", Calibration = new DataLocation("c") }, received);
        var stored = JsonSerializer.Deserialize<JobSpec>(CanonicalJson.Serialize(spec), PlanJson.Options)!;

        foreach (bool hasTraining in (bool[])[false, true])
        {
            Text(stored.Options.Decided(hasTraining)).ShouldBe(Text(asked.Decided(hasTraining)));
        }
    }

    // Null where the text is no value of that option.
    private static JobOptions? Parse(params string[] arguments)
    {
        var symbols = new JobOptionSymbols();
        var command = new RootCommand();
        foreach (var symbol in symbols.All)
        {
            command.Options.Add(symbol);
        }

        var parsed = command.Parse(arguments);
        try
        {
            return parsed.Errors.Count == 0 ? symbols.Read(parsed, hasTrainingImages: true) : null;
        }
        catch (UsageException)
        {
            return null;
        }
    }

    private static PropertyInfo Property(string name) => OtherOptions.Properties.Single(property => property.Name == name);

    private static string Text(JobOptions options) => CanonicalJson.Serialize(options);
}
