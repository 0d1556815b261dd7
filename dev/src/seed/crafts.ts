/** A trade of the demo marketplace: what its people call themselves, offer, and hear afterwards. */
export interface Craft {
  /** Ids of marketplace categories, one per gig title. */
  readonly offers: readonly {
    readonly category: string
    readonly title: string
    readonly price: number
    readonly days: number
  }[]
  readonly headlines: readonly string[]
  readonly skills: readonly string[]
  readonly deliverable: string
  readonly question: string
  readonly praise: readonly string[]
}

export const crafts: readonly Craft[] = [
  {
    offers: [
      { category: 'logo-design', title: 'I will draw a timeless logo for your company', price: 120, days: 4 },
      { category: 'brand-identity', title: 'I will build your brand identity from scratch', price: 450, days: 10 },
      { category: 'icon-design', title: 'I will design a consistent icon set for your app', price: 90, days: 3 },
    ],
    headlines: [
      'Logos that still work in ten years',
      'Brand designer for young companies',
      'Marks, type and colour for people who care',
    ],
    skills: ['Logo design', 'Brand identity', 'Adobe Illustrator', 'Typography'],
    deliverable: 'Vector files, a colour palette and a one-page guide',
    question: 'What does your company do, and for whom?',
    praise: [
      'Understood our idea at once and gave it a shape we are proud of.',
      'Three drafts, each with a reason. The final mark is excellent.',
    ],
  },
  {
    offers: [
      {
        category: 'front-end-development',
        title: 'I will build your front end with React and TypeScript',
        price: 380,
        days: 7,
      },
      { category: 'landing-pages', title: 'I will code a landing page that loads in one second', price: 160, days: 4 },
      { category: 'websites', title: 'I will make an accessible website for your business', price: 420, days: 9 },
    ],
    headlines: [
      'Front-end engineer, React and TypeScript',
      'Fast, accessible web pages',
      'I turn designs into interfaces that hold',
    ],
    skills: ['React', 'TypeScript', 'CSS', 'Accessibility', 'Next.js'],
    deliverable: 'A repository with tests and a running preview',
    question: 'Is there a design already, and where may I see it?',
    praise: [
      'Clean code, good questions, and the page is really fast.',
      'Delivered a day early with tests we did not even ask for.',
    ],
  },
  {
    offers: [
      { category: 'back-end-apis', title: 'I will write a GraphQL API in Node.js for you', price: 520, days: 8 },
      { category: 'databases', title: 'I will make your PostgreSQL queries fast again', price: 240, days: 3 },
      { category: 'website-repair', title: 'I will find and mend the bug nobody finds', price: 110, days: 2 },
    ],
    headlines: [
      'Back-end engineer: Node.js, GraphQL, PostgreSQL',
      'I make slow databases fast',
      'APIs that are pleasant to call',
    ],
    skills: ['Node.js', 'GraphQL', 'PostgreSQL', 'Docker', 'API design'],
    deliverable: 'Code with tests, a schema description and measurements before and after',
    question: 'Which systems does the API have to talk to?',
    praise: [
      'Our slowest page went from four seconds to eighty milliseconds.',
      'Explains what he does and why. The API documentation alone was worth it.',
    ],
  },
  {
    offers: [
      { category: 'ios-apps', title: 'I will develop your iOS app in Swift', price: 900, days: 20 },
      {
        category: 'cross-platform-apps',
        title: 'I will build one app for iOS and Android with Flutter',
        price: 850,
        days: 18,
      },
      {
        category: 'app-maintenance',
        title: 'I will update your app for the newest system versions',
        price: 180,
        days: 4,
      },
    ],
    headlines: ['Mobile developer with forty apps in the stores', 'Swift and Flutter, from idea to release'],
    skills: ['Swift', 'iOS', 'Flutter', 'Kotlin', 'Firebase'],
    deliverable: 'The app in the test channel of the store, with its source',
    question: 'Which devices must the app support?',
    praise: ['The app passed review at the first try and users like it.', 'Reliable, clear estimates, no surprises.'],
  },
  {
    offers: [
      { category: 'app-design', title: 'I will design the screens of your mobile app', price: 350, days: 7 },
      {
        category: 'wireframes-prototypes',
        title: 'I will make a clickable prototype of your idea',
        price: 220,
        days: 5,
      },
      { category: 'ux-research', title: 'I will interview five users and report what they need', price: 400, days: 10 },
    ],
    headlines: ['Product designer who talks to users first', 'Interfaces that need no manual'],
    skills: ['UX design', 'UI design', 'Figma', 'UX research', 'Wireframing'],
    deliverable: 'A Figma file with components and a short recording that walks through it',
    question: 'Who are the users, and what do they do today?',
    praise: ['Our sign-ups doubled after the redesign.', 'Asked the questions we should have asked ourselves.'],
  },
  {
    offers: [
      { category: 'copywriting', title: 'I will write website copy that sounds like you', price: 140, days: 4 },
      {
        category: 'articles-blog-posts',
        title: 'I will write a researched article of 1,500 words',
        price: 95,
        days: 3,
      },
      { category: 'editing-proofreading', title: 'I will edit your text until it reads by itself', price: 60, days: 2 },
    ],
    headlines: [
      'Copywriter for technical products',
      'Plain words for complicated things',
      'Editor with a sharp pencil',
    ],
    skills: ['Copywriting', 'Copy editing', 'Blog writing', 'SEO', 'Technical writing'],
    deliverable: 'The text with two headline variants and notes on every choice',
    question: 'Please link three texts whose tone you like.',
    praise: [
      'Finally somebody who writes about our product without buzzwords.',
      'Sharp, quick, and kind to my clumsy draft.',
    ],
  },
  {
    offers: [
      {
        category: 'document-translation',
        title: 'I will translate your document between English and German',
        price: 70,
        days: 3,
      },
      { category: 'website-localization', title: 'I will localize your website for France', price: 190, days: 6 },
      { category: 'subtitles', title: 'I will subtitle your video in two languages', price: 80, days: 3 },
    ],
    headlines: [
      'Certified translator, German and English',
      'Localization that natives do not notice',
      'Translator for law and engineering',
    ],
    skills: ['Translation', 'German translation', 'French translation', 'Localization', 'Subtitling'],
    deliverable: 'The translation in the format of the original, and a glossary',
    question: 'Are there terms that must be translated in a certain way?',
    praise: ['Perfect terminology, delivered before the deadline.', 'Found two errors in our original on the way.'],
  },
  {
    offers: [
      {
        category: 'search-engine-optimization',
        title: 'I will audit your site and plan its search optimization',
        price: 210,
        days: 6,
      },
      {
        category: 'search-advertising',
        title: 'I will set up search ads that pay for themselves',
        price: 260,
        days: 5,
      },
      { category: 'e-mail-marketing', title: 'I will write and build your e-mail welcome series', price: 230, days: 6 },
    ],
    headlines: ['Marketing with numbers, not with slogans', 'Search specialist for small shops'],
    skills: ['SEO', 'Google Ads', 'E-mail marketing', 'Google Analytics', 'Conversion optimization'],
    deliverable: 'A prioritized list with the expected effect of each measure',
    question: 'Which of your products earns most, and where do buyers come from now?',
    praise: [
      'Honest about what will not work. What was left works well.',
      'Orders from search are up by a third after two months.',
    ],
  },
  {
    offers: [
      { category: 'video-editing', title: 'I will edit your video up to ten minutes', price: 130, days: 4 },
      { category: 'explainer-videos', title: 'I will animate a 60 second explainer video', price: 390, days: 10 },
      { category: 'motion-graphics', title: 'I will animate your logo for intro and outro', price: 85, days: 3 },
    ],
    headlines: ['Editor and motion designer', 'Explainers that explain', 'Cuts that keep people watching'],
    skills: ['Video editing', 'Adobe After Effects', 'Motion graphics', 'Adobe Premiere Pro', 'Storyboarding'],
    deliverable: 'The video in three formats and the project files',
    question: 'Where will the video be shown, and how long may it be?',
    praise: [
      'The storyboard was so good that we changed nothing.',
      'Great sense of rhythm, and endless patience with our changes.',
    ],
  },
  {
    offers: [
      { category: 'voice-over', title: 'I will record a warm British voice-over', price: 75, days: 2 },
      { category: 'podcast-editing', title: 'I will edit and master your podcast episode', price: 65, days: 2 },
      { category: 'music-production', title: 'I will compose original music for your video', price: 280, days: 8 },
    ],
    headlines: [
      'Voice actor with a studio at home',
      'Sound for podcasts and films',
      'Composer who reads the script first',
    ],
    skills: ['Voice over', 'Podcast editing', 'Audio mixing', 'Music composition', 'Sound design'],
    deliverable: 'Mastered audio in WAV and MP3',
    question: 'What should listeners feel?',
    praise: ['Exactly the tone we wanted, at the first take.', 'Our podcast has never sounded so good.'],
  },
  {
    offers: [
      { category: 'data-analysis', title: 'I will analyse your data and tell you what it says', price: 230, days: 5 },
      {
        category: 'dashboards-reports',
        title: 'I will build a dashboard your team will open every morning',
        price: 310,
        days: 6,
      },
      { category: 'spreadsheets-automation', title: 'I will automate your spreadsheet', price: 80, days: 2 },
    ],
    headlines: ['Data analyst who writes in plain English', 'Dashboards, SQL and a little statistics'],
    skills: ['Data analysis', 'SQL', 'Python', 'Power BI', 'Statistics', 'Excel'],
    deliverable: 'A report of five pages, the queries and the cleaned data',
    question: 'Which decision shall the numbers help with?',
    praise: ['Found the leak in our funnel within two days.', 'The dashboard is on the wall of our office now.'],
  },
  {
    offers: [
      {
        category: 'machine-learning-models',
        title: 'I will train and explain a model on your data',
        price: 620,
        days: 12,
      },
      {
        category: 'chatbots-assistants',
        title: 'I will build a support assistant on your documents',
        price: 540,
        days: 9,
      },
      { category: 'computer-vision', title: 'I will recognize objects in your pictures', price: 580, days: 11 },
    ],
    headlines: ['Machine learning without the hype', 'From notebook to production'],
    skills: ['Machine learning', 'Python', 'PyTorch', 'Natural language processing', 'Computer vision'],
    deliverable: 'A packaged model with an evaluation that you can repeat',
    question: 'How much labelled data is there?',
    praise: [
      'Told us frankly that half of our plan needed no model at all.',
      'The evaluation report convinced even our sceptics.',
    ],
  },
  {
    offers: [
      { category: 'devops-pipelines', title: 'I will set up your build and deploy pipeline', price: 290, days: 5 },
      { category: 'security-testing', title: 'I will test the security of your web application', price: 560, days: 9 },
      { category: 'cloud-architecture', title: 'I will review your cloud bill and architecture', price: 340, days: 5 },
    ],
    headlines: [
      'Infrastructure that lets you sleep',
      'Penetration tester, OWASP contributor',
      'Kubernetes without tears',
    ],
    skills: ['DevOps', 'Kubernetes', 'Terraform', 'Penetration testing', 'AWS', 'Linux'],
    deliverable: 'Infrastructure as code and a runbook',
    question: 'What runs where today?',
    praise: [
      'Our deploys went from two hours to six minutes.',
      'A report that developers can act on, with a retest included.',
    ],
  },
  {
    offers: [
      { category: 'virtual-assistance', title: 'I will run your inbox and calendar for a week', price: 150, days: 7 },
      { category: 'market-research', title: 'I will research your market and its competitors', price: 270, days: 7 },
      { category: 'presentations-pitch-decks', title: 'I will turn your idea into a pitch deck', price: 240, days: 5 },
    ],
    headlines: ['Assistant for founders', 'Research and decks that investors read'],
    skills: ['Virtual assistance', 'Market research', 'Pitch decks', 'Project management', 'PowerPoint'],
    deliverable: 'A tidy summary with sources',
    question: 'What would make this week a success?',
    praise: ['I have my evenings back.', 'The deck got us three second meetings.'],
  },
  {
    offers: [
      { category: 'bookkeeping', title: 'I will bring your books up to date', price: 170, days: 5 },
      { category: 'financial-modelling', title: 'I will model your next three years', price: 360, days: 7 },
      { category: 'contracts-policies', title: 'I will draft your terms and privacy policy', price: 320, days: 6 },
    ],
    headlines: ['Bookkeeper for small agencies', 'Numbers that banks understand', 'Contracts in human language'],
    skills: ['Bookkeeping', 'Financial modelling', 'Accounting', 'Contract law', 'GDPR'],
    deliverable: 'Reconciled books with a list of open questions',
    question: 'Which accounting software do you use?',
    praise: ['Two years of chaos sorted in a week.', 'The model survived every question of our bank.'],
  },
  {
    offers: [
      { category: '3d-models-rendering', title: 'I will render your building photorealistically', price: 330, days: 7 },
      { category: 'floor-plans', title: 'I will draw floor plans from your sketch', price: 95, days: 3 },
      {
        category: 'interior-design',
        title: 'I will design your living room with a shopping list',
        price: 210,
        days: 6,
      },
    ],
    headlines: ['Architect and visualizer', 'Rooms you want to be in'],
    skills: ['SketchUp', 'Architecture drawings', 'Interior design', 'AutoCAD', 'Blender'],
    deliverable: 'Three views in 4K and the model',
    question: 'Please send a sketch with measures.',
    praise: ['The renderings sold the flat before it was built.', 'Wonderful feeling for light and materials.'],
  },
]
