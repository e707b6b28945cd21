using Cluster.Contract.V1;
using Cluster.Grains.Contracts;
using Cluster.Silo.Api;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cluster.Silo.Tests.Api;

/// <summary>What readers get of a job whose grain does not answer, as its silo hangs: what is stored.</summary>
public sealed class HungGrainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_AJobWhoseGrainIsSilent_TellsWhatIsStored()
    {
        var hang = new Hang();
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, Patience = TimeSpan.FromMilliseconds(100) },
            builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(hang));
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(Token);
        hang.IsOn = true;

        var job = await host.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name });
        var listed = (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldHaveSingleItem();
        var candidates = await host.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = created.Name });
        var node = (await host.Nodes.ListNodesAsync(new ListNodesRequest())).Nodes.ShouldHaveSingleItem();

        job.State.ShouldBe(JobState.Running);
        listed.State.ShouldBe(JobState.Running);
        candidates.Candidates.ShouldNotBeEmpty();
        node.Slots.ShouldContain(slot => slot.Candidate.StartsWith(created.Name, StringComparison.Ordinal));
        hang.IsOn = false;
        host.Node.Release();
        await host.WatchAsync(created.Name);
    }

    [Fact]
    public async Task Read_ADamagedJobWhoseGrainIsSilent_NamesTheDamageAndKeepsTheList()
    {
        var hang = new Hang();
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, Patience = TimeSpan.FromMilliseconds(100) },
            builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(hang));
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(Token);
        hang.IsOn = true;
        string journal = Path.Combine(Path.GetDirectoryName(host.ArtefactFolder)!, created.Name, "journal.jsonl");
        byte[] damaged = await File.ReadAllBytesAsync(journal, Token);
        damaged[damaged.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync($"{journal}.damaged", damaged, Token);
        File.Move($"{journal}.damaged", journal, overwrite: true);

        var refused = await Should.ThrowAsync<RpcException>(
            async () => await host.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name }));
        var listed = await host.Jobs.ListJobsAsync(new ListJobsRequest());

        refused.StatusCode.ShouldBe(StatusCode.Unavailable, refused.Status.Detail);
        refused.Status.Detail.ShouldContain("damaged");
        listed.Jobs.ShouldHaveSingleItem().Name.ShouldBe(created.Name);
        hang.IsOn = false;
        host.Node.Release();
    }

    private sealed class Hang : IIncomingGrainCallFilter
    {
        public bool IsOn { get; set; }

        public Task Invoke(IIncomingGrainCallContext context) =>
            IsOn && context.InterfaceMethod.DeclaringType == typeof(IJobGrain) ? new TaskCompletionSource().Task : context.Invoke();
    }
}
