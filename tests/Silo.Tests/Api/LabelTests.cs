using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>Jobs whose evaluation images have no labels ask a person.</summary>
public sealed class LabelTests
{
    private const string Unlabelled = "synthetic:groups=8,images=4000,labels=none,ms=0..1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LabelImages_AllThatAreAsked_LetTheJobGoOnToTheWinnerOfAllLabels()
    {
        await using var host = await ApiHost.StartAsync();
        var job = await WaitingAsync(host);

        job.State.ShouldBe(JobState.AwaitingLabels);
        job.Reason.ShouldContain(" give them with `cluster label`");
        var end = await AnswerAsync(host, job.Name);

        end.State.ShouldBe(JobState.Succeeded);
        var known = await host.CreateAsync(Unlabelled.Replace("labels=none,", string.Empty, StringComparison.Ordinal));
        await host.WatchAsync(known.Name);
        var whole = await host.Jobs.GetJobAsync(new GetJobRequest { Name = known.Name });
        end.Winner.Plan.Groups.ShouldBe(whole.Winner.Plan.Groups);
        (await Should.ThrowAsync<RpcException>(
            () => host.Jobs.GetAskedImagesAsync(new GetAskedImagesRequest { Name = job.Name }).ResponseAsync))
            .Detail<ErrorInfo>()!.Reason.ShouldBe(Reason.LabelsNotAwaited);
    }

    [Fact]
    public async Task LabelImages_WrongAnswers_AreRefusedAndTheJobWaitsOn()
    {
        await using var host = await ApiHost.StartAsync();
        var job = await WaitingAsync(host);
        var asked = await host.Jobs.GetAskedImagesAsync(new GetAskedImagesRequest { Name = job.Name });
        var images = asked.Images.Select(image => image.Image).ToArray();
        asked.Classes.ShouldBe(2);
        asked.Images.ShouldAllBe(image => !image.HasLabel && image.Float32.Count == 1 && image.Others.Count == 1);
        var answers = new Dictionary<string, ImageLabel[]>(StringComparer.Ordinal)
        {
            ["have no label"] = [.. images.Skip(1).Select(image => new ImageLabel { Image = image })],
            ["Image 4001 is none of those that are asked for"] = [.. images.Append(4001).Select(image => new ImageLabel { Image = image })],
            ["has two labels"] = [.. images.Append(images[0]).Select(image => new ImageLabel { Image = image })],
            ["has the label 2; expected a class of the network, 0 to 1"] =
                [.. images.Select(image => new ImageLabel { Image = image, Label = 2 })],
        };

        foreach (var (said, labels) in answers)
        {
            var refusal = await Should.ThrowAsync<RpcException>(
                () => host.Jobs.LabelImagesAsync(new LabelImagesRequest { Name = job.Name, Labels = { labels } }).ResponseAsync);

            refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
            refusal.Status.Detail.ShouldContain(said);
        }

        (await host.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name })).State.ShouldBe(JobState.AwaitingLabels);
    }

    [Fact]
    public async Task PauseJob_ThatWaitsForLabels_TakesThemOnceItIsResumed()
    {
        await using var host = await ApiHost.StartAsync();
        var job = await WaitingAsync(host);

        await host.Jobs.PauseJobAsync(new PauseJobRequest { Name = job.Name });
        await host.WatchAsync(job.Name, until: IsIn(JobState.Paused));
        await Should.ThrowAsync<RpcException>(
            () => host.Jobs.GetAskedImagesAsync(new GetAskedImagesRequest { Name = job.Name }).ResponseAsync);
        var paused = await host.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name });
        var resumed = await host.Jobs.ResumeJobAsync(new ResumeJobRequest { Name = job.Name });

        paused.State.ShouldBe(JobState.Paused);
        resumed.State.ShouldBeOneOf(JobState.Running, JobState.AwaitingLabels);
        await AskedAsync(host, job.Name);
        (await AnswerAsync(host, job.Name)).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task CancelJob_AwaitingLabels_EndsWithOrWithoutBest()
    {
        await using var host = await ApiHost.StartAsync();
        var (first, second) = (await WaitingAsync(host), await WaitingAsync(host));

        await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = first.Name });
        await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = second.Name, KeepBest = true });
        await host.WatchAsync(first.Name);
        await host.WatchAsync(second.Name);

        (await host.Jobs.GetJobAsync(new GetJobRequest { Name = first.Name })).State.ShouldBe(JobState.Cancelled);
        (await host.Jobs.GetJobAsync(new GetJobRequest { Name = second.Name })).State.ShouldBe(JobState.Succeeded);
    }

    private static async Task<Job> WaitingAsync(ApiHost host)
    {
        var created = await host.CreateAsync(Unlabelled);
        await host.WatchAsync(created.Name, until: IsIn(JobState.AwaitingLabels));
        return await host.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name });
    }

    // Waits until the job asks, and answers, until it is over.
    private static async Task<Job> AnswerAsync(ApiHost host, string name)
    {
        while (await AskedAsync(host, name) is { } asked)
        {
            await host.Jobs.LabelImagesAsync(new LabelImagesRequest
            {
                Name = name,

                // A list has what was labelled before, too.
                Labels = { asked.Images.Select(image => new ImageLabel { Image = image.Image }) },
            });
        }

        return await host.Jobs.GetJobAsync(new GetJobRequest { Name = name });
    }

    private static async Task<GetAskedImagesResponse?> AskedAsync(ApiHost host, string name)
    {
        JobState state = default;
        long seen = 0;
        while (true)
        {
            var job = await host.Jobs.GetJobAsync(new GetJobRequest { Name = name }, cancellationToken: Token);
            if (job.State == JobState.AwaitingLabels)
            {
                return await host.Jobs.GetAskedImagesAsync(new GetAskedImagesRequest { Name = name });
            }

            if (job.State is JobState.Succeeded or JobState.Failed)
            {
                return null;
            }

            var events = await host.WatchAsync(name, seen, happened =>
            {
                state = happened.StateChanged?.State ?? state;
                return state is JobState.AwaitingLabels or JobState.Succeeded or JobState.Failed;
            });
            seen = events[^1].Sequence;
        }
    }

    private static Func<JobEvent, bool> IsIn(JobState state) => happened => happened.StateChanged?.State == state;
}
