using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>What readers get of a job whose grain does not answer, as its silo hangs: what is stored.</summary>
public sealed class HungGrainTests
{
    private readonly Hang _hang = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_AJobWhoseGrainIsSilent_TellsWhatIsStored()
    {
        await using var host = await StartAsync();
        var created = await HangAsync(host);

        var job = await host.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name });
        var listed = (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldHaveSingleItem();
        var candidates = await host.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = created.Name });
        var node = (await host.Nodes.ListNodesAsync(new ListNodesRequest())).Nodes.ShouldHaveSingleItem();

        job.State.ShouldBe(JobState.Running);
        listed.State.ShouldBe(JobState.Running);
        candidates.Candidates.ShouldNotBeEmpty();
        node.Slots.ShouldContain(slot => slot.Candidate.StartsWith(created.Name, StringComparison.Ordinal));
        _hang.IsOn = false;
        host.Node.Release();
        await host.WatchAsync(created.Name);
    }

    [Fact]
    public async Task Read_ADamagedJobWhoseGrainIsSilent_NamesTheDamageAndKeepsTheList()
    {
        await using var host = await StartAsync();
        var created = await HangAsync(host);
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
        _hang.IsOn = false;
        host.Node.Release();
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(
        new ApiOptions { PageTokenKey = ApiHost.Key, Patience = TimeSpan.FromMilliseconds(100) },
        builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(_hang));

    // A job that works, whose grain answers no more from then on.
    private async Task<Job> HangAsync(ApiHost host)
    {
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(Token);
        _hang.IsOn = true;
        return created;
    }

    // What hung goes on in the end: a silo that stops waits for it.
    private sealed class Hang : IIncomingGrainCallFilter
    {
        private volatile TaskCompletionSource? _hung;

        public bool IsOn
        {
            set
            {
                if (value)
                {
                    _hung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                else
                {
                    Interlocked.Exchange(ref _hung, null)?.SetResult();
                }
            }
        }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (_hung is { } hung && context.InterfaceMethod.DeclaringType == typeof(IJobGrain))
            {
                await hung.Task;
            }

            await context.Invoke();
        }
    }
}
