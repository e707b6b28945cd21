namespace Cluster.Reporting.Labels;

/// <summary>An image that a person is asked about.</summary>
/// <param name="Image">Its index in the evaluation set.</param>
/// <param name="File">Its file, if it is one.</param>
/// <param name="Float32">FP32's answer.</param>
/// <param name="Others">Other answers.</param>
/// <param name="Label">Its label, if it was given; else empty.</param>
/// <param name="Png">The picture; null: only listed.</param>
public sealed record LabelCard(int Image, string? File, string Float32, string Others, string Label, byte[]? Png);

/// <summary>A self-contained page on which a person labels images, and which saves the list that a job goes on with.</summary>
public static class LabelPage
{
    private static ConstantMarkup Css { get; } = new("""
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:12px;margin-top:14px}
        .ask{border:1px solid var(--rule);border-radius:8px;padding:10px;font-size:13px;overflow-wrap:anywhere}
        .ask.done{opacity:.55}
        .ask img{width:100%;aspect-ratio:1;object-fit:contain;image-rendering:pixelated;background:var(--faint);border-radius:4px}
        .ask button{font:inherit;margin:4px 4px 0 0;padding:1px 9px}
        .ask input{font:inherit;width:100%;margin-top:6px;padding:3px 6px}
        .save{position:sticky;top:0;background:var(--card);padding:8px 0;z-index:1}
        .save button{font:inherit;font-weight:600;padding:5px 14px}
        """);

    // The list is kept by the browser until it is saved, so that closing the page loses nothing.
    private static ConstantMarkup Script { get; } = new("""
        (()=>{
        const cards=[...document.querySelectorAll('.ask,.listed')],key='labels:'+location.pathname;
        const kept=JSON.parse(localStorage.getItem(key)||'{}');
        const show=()=>{
          const asked=document.querySelectorAll('.ask');let done=0;
          asked.forEach(card=>{const has=card.querySelector('input').value.trim()!=='';card.classList.toggle('done',has);done+=has;});
          document.getElementById('done').textContent=done+' of '+asked.length+' labelled';
        };
        document.querySelectorAll('.ask').forEach(card=>{
          const input=card.querySelector('input');
          input.value=kept[card.dataset.image]??input.value;
          const keep=()=>{kept[card.dataset.image]=input.value;localStorage.setItem(key,JSON.stringify(kept));show();};
          input.addEventListener('input',keep);
          card.querySelectorAll('button').forEach(button=>button.addEventListener('click',()=>{input.value=button.value;keep();}));
        });
        const quote=text=>/[",\n]/.test(text)?'"'+text.replaceAll('"','""')+'"':text;
        document.getElementById('save').addEventListener('click',()=>{
          const rows=cards.map(card=>[card.dataset.image,card.dataset.file,card.dataset.fp32,card.dataset.others,
            (card.querySelector('input')?.value??card.dataset.label).trim()].map(quote).join(','));
          const link=document.createElement('a');
          link.href=URL.createObjectURL(new Blob(['image,file,fp32,others,label\r\n'+rows.join('\r\n')+'\r\n'],{type:'text/csv'}));
          link.download=document.getElementById('save').dataset.file;link.click();
        });
        show();
        })();
        """);

    /// <summary>The page.</summary>
    /// <param name="file">The name that the list is saved by.</param>
    /// <param name="classes">Classes of the network.</param>
    /// <param name="nameOf">What a class is called.</param>
    /// <param name="cards">The images; those without a picture and with a label are kept in the list and not shown.</param>
    public static string Write(string file, int classes, Func<int, string> nameOf, IReadOnlyList<LabelCard> cards)
    {
        var asked = cards.Where(card => card.Label.Length == 0).ToArray();
        var html = new HtmlWriter();
        string title = asked.Length == 1 ? "1 image to label" : $"{asked.Length} images to label";
        html.Begin(title, "good");
        html.Add($"<style>{Css}</style><header><p class=\"eyebrow\">Labels that decide</p>");
        html.Add($"<h1>{title}</h1>");
        html.Add($"<p class=\"lead\">On these images a quantized network answers otherwise than FP32, so only their labels decide ");
        html.Add($"whether it is accurate enough. Give each its class, 0 to {classes - 1}, or ? if it cannot be told. Then save the list ");
        html.Add($"and run the job again with <code>--labels {file}</code>.</p></header>\n<section><p class=\"save\">");
        html.Add($"<button id=\"save\" data-file=\"{file}\">Save {file}</button> <span id=\"done\"></span></p><div class=\"cards\">\n");
        foreach (var card in asked)
        {
            html.Add($"<div class=\"ask\" ");
            Data(html, card);
            html.Add($">");
            if (card.Png is { } png)
            {
                html.Add($"<img alt=\"image {card.Image}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">");
            }

            html.Add($"<div>image {card.Image} {card.File}</div>");

            // By class number, so that which of them is FP32's does not sway the label.
            foreach (var answer in card.Others.Split(" | ").Prepend(card.Float32).Select(answer => answer.Split(' ')[0]).Distinct()
                .OrderBy(answer => answer.Length).ThenBy(answer => answer, StringComparer.Ordinal).Append("?"))
            {
                string name = int.TryParse(answer, out int number) ? nameOf(number) : answer;
                html.Add($"<button value=\"{answer}\">{name}</button>");
            }

            html.Add($"<input aria-label=\"label of image {card.Image}\" inputmode=\"numeric\"></div>\n");
        }

        html.Add($"</div>");
        foreach (var card in cards.Where(card => card.Label.Length > 0))
        {
            html.Add($"<span class=\"listed\" hidden ");
            Data(html, card);
            html.Add($"></span>");
        }

        html.Add($"</section><script>{Script}</script>\n");
        html.End();
        return html.ToString();
    }

    private static void Data(HtmlWriter html, LabelCard card) => html.Add(
        $"data-image=\"{card.Image}\" data-file=\"{card.File}\" data-fp32=\"{card.Float32}\" data-others=\"{card.Others}\" "
        + $"data-label=\"{card.Label}\"");
}
