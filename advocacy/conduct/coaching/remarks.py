"""The 25 remarks of the coach, the worst first. Only three may stop a send: those that name a law."""

from django.utils.translation import gettext_lazy as _

from advocacy.conduct.coaching import claims, confidential, honesty, news, personal, tone
from advocacy.conduct.coaching.noticing import Check, Level

HINT, CONFIRM, BLOCK = Level.HINT, Level.CONFIRM, Level.BLOCK

CHECKS: tuple[Check, ...] = (
    Check(
        "C02", "X02", BLOCK,
        _("This looks like a citizen service number. The law restricts its use, so we won't send it."),
        _("With this number somebody can be impersonated for years. Take it out, and the rest can go."),
        personal.citizen_number,
        legal_duty="Uitvoeringswet AVG, art. 46",
    ),
    Check(
        "C09", "X03", CONFIRM,
        _("This news is free from %(moment)s. Shall it wait until then?"),
        _("Colleagues, customers or investors who hear it early can be harmed by it."),
        news.not_free_yet,
        legal_duty="Market Abuse Regulation (EU) 596/2014, art. 10 and 17",
    ),
    Check(
        "C17", "X05", BLOCK,
        _("By law this kind of story is approved first. %(name)s usually answers within %(hours)s hours."),
        _("For promotion of regulated products the approval must be on record before anything goes out."),
        claims.approval_by_law,
        legal_duty="FINRA rule 2210; Regulation (EU) 2017/565, art. 44 and 72",
    ),
    Check(
        "C25", "X01", CONFIRM,
        _("This link or code works only inside, or is secret. Please take it out."),
        _("Outsiders cannot open it, and a password that was public once is no password any more."),
        confidential.internal_address_or_key,
    ),
    Check(
        "C01", "X01", CONFIRM,
        _("You wrote “%(word)s”. Is this public yet? If not, wait or ask the desk."),
        _("Once it is out, nobody gets it back."),
        confidential.marked,
    ),
    Check(
        "C11", "P7", CONFIRM,
        _("Something serious is going on: %(storm)s. You may post, but first read what we know."),
        _("A cheerful post can hurt when others are worried. A quick look helps you choose."),
        news.storm,
    ),
    Check(
        "C10", "X03", CONFIRM,
        _("This story was withdrawn: %(reason)s. Look at the new version first."),
        _("You would spread what we have already put right."),
        news.changed_story,
    ),
    Check(
        "C08", "X03", CONFIRM,
        _("Are these figures published? Then link the source."),
        _("Figures that come out early can harm colleagues and investors."),
        news.unpublished_figure,
    ),
    Check(
        "C05", "X02", CONFIRM,
        _("This detail can identify someone. Can you do without it?"),
        _("A number or an address with a story leads to one person, and stays findable."),
        personal.traceable_detail,
    ),
    Check(
        "C03", "X02", CONFIRM,
        _("There is an account number here. Whose is it, and should everyone see it?"),
        _("With a name beside it, an account number is enough for a fraud."),
        personal.account_or_card,
    ),
    Check(
        "C04", "X02", CONFIRM,
        _("You are sharing contact details. Is that person fine with it?"),
        _("What is public once is copied into lists, and that person gets the calls."),
        personal.contact_details,
    ),
    Check(
        "C07", "P6", CONFIRM,
        _("This is very personal to someone else. Do they know you share it?"),
        _("Health, faith and the like are for that person to tell, also when you mean it kindly."),
        personal.somebody_elses_matter,
    ),
    Check(
        "C06", "X01", CONFIRM,
        _("%(name)s is not on our list of public clients yet. Check first?"),
        _("Some customers do not want it known whom they work with."),
        confidential.unnamed_client,
    ),
    Check(
        "C20", "X06", CONFIRM,
        _("“%(word)s” may hurt. Say it differently?"),
        _("You hit a person, and it sticks to your own name."),
        tone.insult,
    ),
    Check(
        "C16", "X05", CONFIRM,
        _("This reads as personal advice, which needs a licence. Better refer to an adviser."),
        _("A line that it is no advice does not make it so."),
        claims.personal_advice,
    ),
    Check(
        "C13", "P4", CONFIRM,
        _("You may win something with this post. Readers must see that, for example by #ad."),
        _("A prize makes it advertising, and advertising must be recognisable."),
        honesty.unsaid_prize,
    ),
    Check(
        "C15", "X05", HINT,
        _("We must be able to prove “%(word)s”. Can you make it precise, or name a source?"),
        _("One exception makes the sentence untrue. For green claims to consumers the law asks for proof."),
        claims.claim_without_proof,
    ),
    Check(
        "C12", "D02", HINT,
        _("Readers can't tell that you work at %(organisation)s. One line is enough."),
        _("People who read you about us should know that you work here. It keeps them from feeling misled."),
        honesty.unsaid_tie,
    ),
    Check(
        "C14", "X04", HINT,
        _("This sounds official. Write “I”, or link to our viewpoint."),
        _("Otherwise readers take your view for a decision of all of us."),
        claims.in_the_name_of_all,
    ),
    Check(
        "C18", "X07", HINT,
        _("You mention %(name)s. Facts with a source are fine; digs usually backfire."),
        _("Readers remember who picked the fight."),
        claims.competitor,
    ),
    Check(
        "C19", "X06", HINT,
        _("This reads as shouting. Meant that way? A cup of coffee sometimes helps."),
        _("Capitals and rows of signs sound angry to most readers, and are read aloud badly."),
        tone.shouting,
    ),
    Check(
        "C21", "X09", HINT,
        _("This is still almost the sample. What would you tell about it yourself?"),
        _("People believe a colleague with a story; twenty identical posts look like advertising."),
        tone.pasted,
    ),
    Check(
        "C23", "D07", HINT,
        _("Describe the picture in one line, so that everyone sees it."),
        _("People who cannot see the picture hear your line instead."),
        tone.undescribed,
    ),
    Check(
        "C22", "D07", HINT,
        _("Fewer tags read more calmly, and #CamelCase can be read aloud."),
        _("A screen reader says every tag, and spells out what has no capitals."),
        tone.tags,
    ),
    Check(
        "C24", "D06", HINT,
        _("The location was taken out of this photo. Are people recognisable? Ask them."),
        _("A face is that person's to share."),
        tone.located,
    ),
)  # fmt: skip
