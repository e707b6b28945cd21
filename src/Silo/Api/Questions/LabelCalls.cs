using Cluster.Coordinator.Questions;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Questions;

/// <summary>Jobs that ask a person for labels: the images that they ask about, and the answers.</summary>
internal sealed class LabelCalls(JobReader reader, JobControlCalls control)
{
    public async Task<V1.GetAskedImagesResponse> ListAsync(string name, string tenant, CancellationToken cancellationToken)
    {
        var request = await RequestAsync(name, tenant, cancellationToken);
        return new V1.GetAskedImagesResponse
        {
            Images = { request.Asked.Concat(request.Answered).Select(ToContract) },
            Classes = request.Classes,
        };
    }

    public async Task<V1.Job> LabelAsync(V1.LabelImagesRequest request, string tenant, CancellationToken cancellationToken)
    {
        var asked = await RequestAsync(request.Name, tenant, cancellationToken);
        var given = new LabelsGiven([.. request.Labels.Select(label => label.Image)], [.. request.Labels.Select(label => label.Label)]);
        return asked.Fault(given.Images, given.Labels) is { } fault
            ? throw ApiError.Field(Reason.RequestInvalid, "labels", fault)
            : await control.RunAsync(
                request.Name, request.Etag, job => job.LabelAsync(Carried.Of(given)), already: null, tenant, cancellationToken);
    }

    private async Task<LabelRequest> RequestAsync(string name, string tenant, CancellationToken cancellationToken)
    {
        var id = Names.JobId(name);
        var feed = await reader.FeedAsync(id, tenant, cancellationToken);
        return feed.Read(view => view.Labels) ?? throw ApiError.Of(
            StatusCode.FailedPrecondition,
            Reason.LabelsNotAwaited,
            $"The job {id} asks for no labels now: look at its state, and resume it if it is paused.",
            ("job", id));
    }

    private static V1.AskedImage ToContract(AskedImage asked)
    {
        var mapped = new V1.AskedImage
        {
            Image = asked.Image,
            Float32 = { asked.Float32 },
            Others = { asked.Plans.Select(classes => new V1.ClassAnswer { Classes = { classes } }) },
        };
        if (asked.Label is { } label)
        {
            mapped.Label = label;
        }

        return mapped;
    }
}
